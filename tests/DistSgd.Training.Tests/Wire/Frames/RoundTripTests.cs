using DistSgd.Fuzz.Frames;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Tests.Wire.Frames;

public sealed class RoundTripTests
{
    [Theory]
    [InlineData(GradientEncoding.Float32)]
    [InlineData(GradientEncoding.Bfloat16)]
    public void Every_message_arrives_with_every_bit(GradientEncoding encoding)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var shape = new RunShape(16 * random.Next(1, 40), random.Next(1, 20), encoding);
            var encoder = new FrameEncoder(encoding);
            var decoder = new FrameDecoder { Shape = shape };
            foreach (object message in new SampleMessages(random, shape).OneOfEach())
            {
                Received(decoder, FrameBytes.Of(encoder, message), random.Next(1, 300)).Select(MessageText.Of)
                    .ShouldBe(MessageText.Arrivals(message), $"seed {seed}");
            }
        }
    }

    [Fact]
    public void A_thousand_shards_fit_into_the_head()
    {
        var shape = new RunShape(16, WireLimits.ShardsMax, GradientEncoding.Float32);
        var messages = new SampleMessages(new Random(1), shape);
        var partial = new PartialGradient(new ShardRange(0, WireLimits.ShardsMax), messages.Vector());
        for (int shard = 0; shard < WireLimits.ShardsMax; shard++)
        {
            var slice = new SliceStatistics { Shard = shard, Examples = int.MaxValue, Correct = int.MaxValue, LossSum = 1, SquaredNorm = 1 };
            partial.Add(slice, isSummed: true);
        }

        var gradient = new GradientComputed { Worker = ActorId.Worker(0), Term = 1, Step = long.MaxValue, Partials = [partial] };
        var assignment = new AssignShards(1, [.. Enumerable.Range(0, WireLimits.ShardsMax)]);
        var decoder = new FrameDecoder { Shape = shape };
        foreach (object message in new object[] { gradient, assignment })
        {
            Received(decoder, FrameBytes.Of(new FrameEncoder(GradientEncoding.Float32), message)).Select(MessageText.Of)
                .ShouldBe(MessageText.Arrivals(message));
        }
    }

    [Fact]
    public void Many_blocks_travel_in_several_frames()
    {
        IEnumerable<int> blocks = Enumerable.Range(0, (2 * WireLimits.BlocksPerFrameMax) + 1);
        BlockResult[] results = [.. blocks.Select(block => new BlockResult(block, block % 257))];
        var message = new BlocksEvaluated(3, 4, DataPart.Test, 17, results);
        byte[][] frames = FrameBytes.Of(new FrameEncoder(GradientEncoding.Float32), message);
        frames.Length.ShouldBe(3);
        var decoder = new FrameDecoder { Shape = new RunShape(16, 1, GradientEncoding.Float32) };
        Received(decoder, frames).Select(MessageText.Of).ShouldBe(MessageText.Arrivals(message));
    }

    [Fact]
    public void Losses_at_thousands_of_points_travel_as_numbers()
    {
        var shape = new RunShape(16, 8, GradientEncoding.Float32);
        var random = new Random(5);
        double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        var messages = new SampleMessages(random, shape);
        double[][] coordinates = [.. Enumerable.Range(0, 10_000).Select(_ => Numbers(2))];
        var request = new LossRequest(messages.Vector(), [messages.Vector(), messages.Vector()], coordinates);
        var answer = new CurvaturePart(new ShardRange(0, 8), null, [.. Enumerable.Range(0, 8).Select(_ => Numbers(10_000))]);
        var decoder = new FrameDecoder { Shape = shape };
        foreach (object message in new object[] { new MeasureCurvature(1, 2, 9, request), new CurvatureMeasured(1, 2, [answer]) })
        {
            Received(decoder, FrameBytes.Of(new FrameEncoder(GradientEncoding.Float32), message), 4096).Select(MessageText.Of)
                .ShouldBe(MessageText.Arrivals(message));
        }
    }

    private static List<object> Received(FrameDecoder decoder, byte[][] frames, int chunkBytes = 100)
    {
        var received = new List<object>();
        foreach (byte[] frame in frames)
        {
            FrameBytes.TryDecode(decoder, frame, chunkBytes, out object? message).ShouldBeTrue();
            if (message is not null)
            {
                received.Add(message);
            }
        }

        return received;
    }
}
