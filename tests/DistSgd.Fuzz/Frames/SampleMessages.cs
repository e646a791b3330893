using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Fuzz.Frames;

/// <summary>Draws messages of every kind, with the extreme values that their fields may have.</summary>
/// <param name="random">Where they are drawn from.</param>
/// <param name="shape">The run that they belong to.</param>
internal sealed class SampleMessages(Random random, RunShape shape)
{
    private const int Kinds = 25;

    /// <summary>One message of each kind.</summary>
    public IEnumerable<object> OneOfEach() => Enumerable.Range(0, Kinds).Select(Draw);

    /// <summary>A message of a kind drawn at random.</summary>
    public object Next() => Draw(random.Next(Kinds));

    /// <summary>A vector of the run's length with zeros, denormals, infinities and NaNs among its elements.</summary>
    public AlignedVector Vector()
    {
        var vector = new AlignedVector(shape.VectorLength);
        foreach (ref float element in vector.Span)
        {
            element = random.Next(8) == 0
                ? BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))
                : (float)random.NextDouble() - 0.5f;
        }

        return vector;
    }

    /// <summary>A gradient of one worker with one partial for each of some ranges.</summary>
    public GradientComputed Gradient()
    {
        int[] shards = [.. Enumerable.Range(0, shape.Shards).Where(_ => random.Next(3) > 0)];
        List<ShardRange> ranges = shape.Encoding == GradientEncoding.Float32
            ? ShardRange.Cover(shards.Length == 0 ? [0] : shards)
            : [new ShardRange(random.Next(shape.Shards), 1)];
        return new GradientComputed
        {
            Term = Term(),
            Step = Step(),
            Worker = new ActorId(Name()),
            ComputeTime = TimeSpan.FromMicroseconds(random.Next(10_000_000)),
            Partials = [.. ranges.Select(Partial)],
        };
    }

    private object Draw(int kind) => kind switch
    {
        0 => new Hello(Name(), random.Next(2) == 0 ? NodeRole.Worker : NodeRole.Observer, random.Next(2) == 0 ? "" : Name()),
        1 => new Challenge(Bytes(WireLimits.NonceBytes)),
        2 => new ChallengeAnswer(Bytes(WireLimits.NonceBytes), Bytes(WireLimits.ProofBytes)),
        3 => new Welcome(Bytes(WireLimits.ProofBytes), Term(), Name(), Text(5000), Hex(), Hex(), random.Next(1, 60_000)),
        4 => new Refused(Text(300), random.Next(2) == 1),
        5 => new Ping(random.NextInt64(long.MinValue, long.MaxValue)),
        6 => new Pong(random.NextInt64(long.MinValue, long.MaxValue)),
        7 => new Leave(Text(40)),
        8 => new RunEnded("completed"),
        9 => new WorkerJoined(new ActorId(Name()), Hex()),
        10 => new AssignShards(Term(), [.. Enumerable.Range(0, shape.Shards).Where(_ => random.Next(2) == 0)]),
        11 => new StepStarted { Term = Term(), Step = Step(), Parameters = Vector() },
        12 => Gradient(),
        13 => new EvaluateBlocks(Term(), Step(), Part(), random.Next(1000), random.Next(1, 1000), Vector()),
        14 => new BlocksEvaluated(Term(), Step(), Part(), random.Next(100_000), Blocks()),
        15 => new MeasureCurvature(Term(), Step(), random.Next(1, 70_000), new GradientRequest(Vector(), Vector())),
        16 => new MeasureCurvature(Term(), Step(), random.Next(1, 70_000), new HessianProductRequest(Vector(), Vector(), Vector())),
        17 => new MeasureCurvature(Term(), Step(), random.Next(1, 70_000), Losses()),
        18 => Curvature(),
        19 => new RecomputeSlices(Term(), Step(), [.. Enumerable.Range(0, shape.Shards).Where(_ => random.Next(2) == 0)], Vector()),
        20 => new FindServer(Name(), random.Next(1, WireLimits.ServersMax + 1)),
        21 => new ServerFound(random.Next(2) == 0 ? "" : Name(), Name()),
        22 => new MeasureCurvature(Term(), Step(), random.Next(1, 70_000), new ActivationRequest(Vector(), random.Next(1, 5000))),
        23 => new MeasureCurvature(Term(), Step(), random.Next(1, 70_000), new GradientTestRequest(Vector())),
        _ => new Interrupt("SIGINT"),
    };

    private BlockResult[] Blocks() => [.. Some(1, 5).Select(_ => new BlockResult(Number(), random.Next(257)))];

    private PartialGradient Partial(ShardRange range)
    {
        var partial = new PartialGradient(range, Vector());
        VectorEncoding.RoundTrip(shape.Encoding, partial.Buffer.Span);
        for (int shard = range.First; shard < range.End; shard++)
        {
            if (random.Next(8) == 0)
            {
                continue; // a slice without examples takes no part
            }

            var slice = new SliceStatistics
            {
                Shard = shard,
                Examples = random.Next(1, 70_000),
                LossSum = Number(),
                SquaredNorm = Math.Abs(Number()),
            };
            slice.Correct = random.Next(slice.Examples + 1);
            partial.Add(slice, slice.IsFinite);
        }

        return partial;
    }

    private LossRequest Losses()
    {
        int directions = random.Next(4);
        return new LossRequest(
            Vector(), [.. Enumerable.Range(0, directions).Select(_ => Vector())], [.. Some(1, 9).Select(_ => Numbers(directions))]);
    }

    private CurvatureMeasured Curvature()
    {
        bool hasSum = random.Next(2) == 0;
        int points = random.Next(1, 4);
        CurvaturePart[] parts =
        [
            .. ShardRange.Cover([.. Enumerable.Range(0, shape.Shards)])
                .Select(range => new CurvaturePart(
                    range, hasSum ? Vector() : null, [.. Enumerable.Range(0, range.Count).Select(_ => Numbers(points))])),
        ];
        return new CurvatureMeasured(Term(), Step(), parts);
    }

    private IEnumerable<int> Some(int min, int max) => Enumerable.Range(0, random.Next(min, max + 1));

    private int Term() => random.Next(4) == 0 ? int.MaxValue : random.Next(1, 300);

    private long Step() => random.Next(4) switch { 0 => long.MaxValue, 1 => random.NextInt64(1L << 40), _ => random.Next(70_000) };

    private DataPart Part() => (DataPart)random.Next(3);

    private string Name() => $"worker-{random.Next(1000)}{(random.Next(4) == 0 ? "-ä-日本-🙂" : "")}";

    private string Text(int most) => new([.. Enumerable.Range(0, random.Next(most)).Select(_ => (char)random.Next(' ', 'ž'))]);

    private string Hex() => Convert.ToHexStringLower(Bytes(32));

    private double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => Number())];

    private double Number() => random.Next(8) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.Epsilon,
        3 => -0.0,
        _ => random.NextDouble() * Math.Pow(10, random.Next(-30, 30)),
    };

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
