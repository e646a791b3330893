using DistSgd.Training.Checkpoints;

namespace DistSgd.Testing.Hosts;

/// <summary>Keeps checkpoints in memory; from a step on it may fail like a full disk.</summary>
/// <param name="failFrom">Step from which nothing can be saved.</param>
public sealed class MemoryCheckpoints(long failFrom = long.MaxValue) : ICheckpointStore
{
    /// <summary>What a save fails with.</summary>
    public const string Failure = "no space left on device";

    private readonly List<Checkpoint> _saved = [];

    /// <summary>What was saved, oldest first.</summary>
    public IReadOnlyList<Checkpoint> Saved => _saved;

    /// <inheritdoc/>
    public CheckpointReceipt Save(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.State.Step >= failFrom)
        {
            throw new IOException(Failure);
        }

        _saved.Add(checkpoint);
        string hash = ParametersHash.Compute(checkpoint.Layout, checkpoint.Parameters.Span);
        return new CheckpointReceipt($"step-{checkpoint.State.Step}", 0, hash);
    }
}
