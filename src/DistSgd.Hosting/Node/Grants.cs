using DistSgd.Learning;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>
/// What a worker was asked for: the shards that it may send gradients of, the blocks that it may have evaluated. Written as messages go out,
/// read as frames come in; a frame that nobody asked for never gets to the memory that the server works with.
/// </summary>
/// <param name="shards">Number of shards of the run.</param>
/// <param name="examplesOf">Examples that a step takes from a shard; null where sums are not of data.</param>
internal sealed class Grants(int shards, Func<long, int, int>? examplesOf = null)
{
    private readonly Lock _lock = new();
    private readonly bool[] _assigned = new bool[shards];
    private readonly bool[] _granted = new bool[shards];
    private readonly List<Blocks> _blocks = [];
    private int _term;
    private long _step = -1;
    private long _lastStep = -1;
    private Measurement _measurement;

    /// <summary>Takes note of a message to the worker.</summary>
    /// <param name="message">The message.</param>
    public void Note(object message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case AssignShards assignment:
                    Array.Clear(_assigned);
                    Mark(_assigned, assignment.Shards);
                    break;
                case StepStarted step:
                    _assigned.CopyTo(_granted);
                    (_term, _step) = (step.Term, step.Step);
                    break;
                case RecomputeSlices request:
                    if (request.Step != _step)
                    {
                        Array.Clear(_granted);
                    }

                    (_term, _step) = (request.Term, request.Step);
                    _lastStep = Math.Min(_lastStep, _step); // where each shard has its own clock, a slower one follows a faster one
                    Mark(_granted, request.Shards);
                    break;
                case MeasureCurvature request:
                    _measurement = new Measurement(request.Term, request.Round, request.Request.Points, request.Request.Mean is not null);
                    break;
                case EvaluateBlocks request:
                    _blocks.Add(new Blocks(request.Term, request.Step, request.Part, request.FirstBlock, request.BlockCount));
                    break;
            }
        }
    }

    /// <summary>Checks a frame of the worker before its payload is received.</summary>
    /// <param name="place">What the payload is.</param>
    /// <exception cref="WireException">Nobody asked for it.</exception>
    public void Inspect(VectorPlace place)
    {
        if (place.Type is not (FrameType.GradientComputed or FrameType.CurvatureMeasured))
        {
            RequireOfWorker(place.Type);
            return;
        }

        lock (_lock)
        {
            if (place.Type == FrameType.CurvatureMeasured)
            {
                _measurement.Require(place);
                return;
            }

            if (place.Term != _term || place.Step > _step || place.Step < _lastStep)
            {
                throw Bad($"a gradient of term {place.Term}, step {place.Step}", $"one of term {_term}, step {_step}");
            }

            _lastStep = place.Step;
            if (place.Step == _step && !IsGranted(place.Range))
            {
                throw Bad($"a gradient of {Text(place.Range)} in step {_step}", $"shards that it was given: {Given()}");
            }
        }
    }

    /// <summary>Checks that sums of the open step cover their slices, all of them and each whole.</summary>
    /// <param name="gradient">The sums.</param>
    /// <exception cref="WireException">Slices are missing, or of other examples.</exception>
    public void Take(GradientComputed gradient)
    {
        lock (_lock)
        {
            if (gradient.Step != _step || examplesOf is null)
            {
                return; // the server drops what is of the past
            }
        }

        foreach (PartialGradient partial in gradient.Partials)
        {
            ReadOnlySpan<SliceStatistics> slices = partial.Slices;
            int next = 0;
            for (int shard = partial.Range.First; shard < partial.Range.End; shard++)
            {
                int found = next < slices.Length && slices[next].Shard == shard ? slices[next++].Examples : 0;
                if (examplesOf(gradient.Step, shard) is var expected && found != expected)
                {
                    throw Bad($"{found} examples of shard {shard} in step {gradient.Step}", $"{expected}");
                }
            }
        }
    }

    /// <summary>Checks evaluated blocks; what was asked for in one piece is answered once, in order, perhaps in several.</summary>
    /// <param name="report">The blocks.</param>
    /// <exception cref="WireException">Nobody asked for them.</exception>
    public void Take(BlocksEvaluated report)
    {
        var found = new Blocks(report.Term, report.Step, report.Part, report.FirstBlock, report.Results.Length);
        lock (_lock)
        {
            int asked = _blocks.FindIndex(blocks => blocks with { Count = found.Count } == found && blocks.Count >= found.Count);
            if (asked < 0)
            {
                throw new WireException(
                    WireProblem.OutOfPlace,
                    $"{FrameType.BlocksEvaluated}: found {found}; expected what it was asked for: "
                    + (_blocks.Count == 0 ? "nothing" : string.Join("; ", _blocks)) + ".");
            }

            Blocks rest = _blocks[asked] with { First = found.End, Count = _blocks[asked].End - found.End };
            _blocks.RemoveAt(asked);
            if (rest.Count > 0)
            {
                _blocks.Insert(asked, rest);
            }
        }
    }

    private static void RequireOfWorker(FrameType type)
    {
        if (type is not (FrameType.WorkerJoined or FrameType.BlocksEvaluated or FrameType.Leave or FrameType.Ping or FrameType.Pong))
        {
            throw new WireException(WireProblem.OutOfPlace, $"Found {type}; expected the messages of a worker.");
        }
    }

    private bool IsGranted(ShardRange range) => _granted.AsSpan(range.First, range.Count).IndexOf(false) < 0;

    private static void Mark(bool[] marks, int[] shards)
    {
        foreach (int shard in shards)
        {
            marks[shard] = true;
        }
    }

    private string Given() => _granted.AsSpan().Contains(true)
        ? string.Join(", ", Enumerable.Range(0, _granted.Length).Where(shard => _granted[shard]))
        : "none";

    private static string Text(ShardRange range) => range.Count == 1 ? $"shard {range.First}" : $"shards {range.First} to {range.End - 1}";

    private static WireException Bad(string found, string expected) =>
        new(WireProblem.OutOfPlace, $"{FrameType.GradientComputed}: found {found}; expected {expected}.");

    /// <summary>A request for sums over the worker's shards; of one that another has followed nothing is used any more.</summary>
    private readonly record struct Measurement(int Term, long Round, int Points, bool HasSum)
    {
        public void Require(VectorPlace place)
        {
            bool isAsked = place.Term == Term && place.Step <= Round && Round > 0;
            bool isSum = place.Kind == PayloadKind.Float32;
            if (!isAsked || (place.Step == Round && (isSum ? !HasSum : place.Count != (long)place.Range.Count * Points)))
            {
                throw new WireException(
                    WireProblem.OutOfPlace,
                    $"{FrameType.CurvatureMeasured}: found {place.Count} numbers of {Text(place.Range)} in round {place.Step} of term {place.Term}; "
                    + $"expected {(Round == 0 ? "nothing" : $"{Points} a shard{(HasSum ? " and their sum" : "")} in round {Round} of term {Term}")}.");
            }
        }
    }

    /// <summary>Neighbouring blocks of an evaluation.</summary>
    private readonly record struct Blocks(int Term, long Step, DataPart Part, int First, int Count)
    {
        public int End => First + Count;

        public override string ToString() => $"blocks {First} to {End - 1} of the {Part} part at step {Step}";
    }
}
