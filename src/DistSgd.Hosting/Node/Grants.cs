using DistSgd.Learning.Gradients;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>
/// What a worker was asked for: the shards that it may send gradients of. Written as messages go out, read as frames come in; a frame
/// that nobody asked for never gets to the memory that the server works with.
/// </summary>
/// <param name="shards">Number of shards of the run.</param>
internal sealed class Grants(int shards)
{
    private readonly Lock _lock = new();
    private readonly bool[] _assigned = new bool[shards];
    private readonly bool[] _granted = new bool[shards];
    private int _term;
    private long _step = -1;
    private long _lastStep = -1;

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
                    Mark(_granted, request.Shards);
                    break;
            }
        }
    }

    /// <summary>Checks a frame of the worker before its payload is received.</summary>
    /// <param name="place">What the payload is.</param>
    /// <exception cref="WireException">Nobody asked for it.</exception>
    public void Inspect(VectorPlace place)
    {
        if (place.Type != FrameType.GradientComputed)
        {
            return;
        }

        lock (_lock)
        {
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
}
