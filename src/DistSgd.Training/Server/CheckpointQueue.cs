using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Training.Server;

/// <summary>Writes checkpoints beside the training, one after another: a snapshot is taken at once, its file is written as a computation.</summary>
/// <remarks>
/// Snapshots that come faster than the disk takes them do not pile up: at most <see cref="WaitingMax"/> wait, and a newer one takes the place of the
/// last of them. So the first and the last of a run are always written.
/// </remarks>
/// <param name="store">Where they go.</param>
public sealed class CheckpointQueue(ICheckpointStore store)
{
    /// <summary>Number of snapshots that may wait while another is written.</summary>
    public const int WaitingMax = 2;

    private readonly List<CheckpointWork> _waiting = [];
    private bool _writing;

    /// <summary>True if nothing is being written.</summary>
    public bool IsIdle => !_writing;

    /// <summary>Number of snapshots that wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Takes over a snapshot.</summary>
    /// <param name="snapshot">The snapshot; nobody else writes to its vectors.</param>
    /// <param name="context">The context of the server.</param>
    public void Save(Checkpoint snapshot, IActorContext context)
    {
        if (_waiting.Count == WaitingMax)
        {
            _waiting.RemoveAt(WaitingMax - 1);
        }

        _waiting.Add(new CheckpointWork(store, snapshot));
        StartNext(context);
    }

    /// <summary>Takes note of a written file, tells the log, and starts the next.</summary>
    /// <param name="work">The finished work.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>What was written.</returns>
    public CheckpointReceipt Complete(CheckpointWork work, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(context);
        CheckpointReceipt receipt = work.Receipt!;
        context.Emit(new CheckpointWritten
        {
            Time = context.Now,
            Step = work.Step,
            File = receipt.File,
            ParametersSha256 = receipt.ParametersSha256,
            Bytes = receipt.Bytes,
        });
        _writing = false;
        StartNext(context);
        return receipt;
    }

    /// <summary>Copies vectors, so that the training may go on.</summary>
    /// <param name="source">A vector that will change.</param>
    /// <returns>A copy of its own.</returns>
    public static AlignedVector Copy(AlignedVector source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var copy = new AlignedVector(source.Length);
        copy.CopyFrom(source);
        return copy;
    }

    private void StartNext(IActorContext context)
    {
        if (!_writing && _waiting.Count > 0)
        {
            CheckpointWork work = _waiting[0];
            _waiting.RemoveAt(0);
            _writing = true;
            context.Compute(work);
        }
    }
}

/// <summary>The writing of one checkpoint.</summary>
/// <param name="store">Where it goes.</param>
/// <param name="snapshot">What is written.</param>
public sealed class CheckpointWork(ICheckpointStore store, Checkpoint snapshot) : IComputation
{
    /// <summary>Number of completed steps of the snapshot.</summary>
    public long Step => Snapshot.State.Step;

    /// <summary>What is written.</summary>
    public Checkpoint Snapshot { get; } = snapshot;

    /// <summary>What was written; null before <see cref="Run"/>.</summary>
    public CheckpointReceipt? Receipt { get; private set; }

    /// <inheritdoc/>
    public void Run() => Receipt = store.Save(Snapshot);
}
