using DistSgd.Training.Checkpoints;

namespace DistSgd.Simulation.Nodes;

/// <summary>The checkpoints of a run; they outlive the server.</summary>
internal sealed class SimulatedDisk : ICheckpointStore
{
    private readonly SortedDictionary<long, Checkpoint> _checkpoints = [];

    /// <summary>Whether nothing can be written.</summary>
    public bool IsFull { get; set; }

    /// <summary>Told of every checkpoint that was written.</summary>
    public Action<Checkpoint> Written { get; set; } = static _ => { };

    /// <summary>Told that a write has failed.</summary>
    public Action Failed { get; set; } = static () => { };

    /// <summary>The newest checkpoint that can be read; null if there is none.</summary>
    public Checkpoint? Newest => _checkpoints.Count == 0 ? null : _checkpoints.Values.Last();

    /// <summary>Whether the checkpoint of a step can be read.</summary>
    /// <param name="step">Number of completed steps.</param>
    public bool Holds(long step) => _checkpoints.ContainsKey(step);

    /// <inheritdoc/>
    public CheckpointReceipt Save(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (IsFull)
        {
            Failed();
            throw new IOException("No space left on device");
        }

        _checkpoints[checkpoint.State.Step] = checkpoint;
        Written(checkpoint);
        return new CheckpointReceipt(
            $"step-{checkpoint.State.Step}", checkpoint.Parameters.Length, ParametersHash.Compute(checkpoint.Layout, checkpoint.Parameters.Span));
    }

    /// <summary>Makes the newest checkpoint unreadable.</summary>
    /// <returns>Its step; null if there is none, or no other to go back to.</returns>
    public long? Damage()
    {
        if (_checkpoints.Count < 2)
        {
            return null;
        }

        long step = _checkpoints.Keys.Last();
        _checkpoints.Remove(step);
        return step;
    }
}
