using DistSgd.Training.Checkpoints;

namespace DistSgd.Hosting.Logging;

/// <summary>Stores a checkpoint only once every event before it is in the log.</summary>
/// <remarks>
/// A resumed run goes on from its checkpoint and never writes the events before it again. So a checkpoint beside a log that a full disk
/// has cut off, or whose last lines wait in a queue when the process is killed, would lose them for good.
/// </remarks>
/// <param name="store">Where checkpoints go.</param>
/// <param name="log">The log of the run.</param>
public sealed class LogFirstCheckpointStore(ICheckpointStore store, RunLogWriter log) : ICheckpointStore
{
    /// <inheritdoc/>
    public CheckpointReceipt Save(Checkpoint checkpoint)
    {
        log.Flush();
        return store.Save(checkpoint);
    }
}
