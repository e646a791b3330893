using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>
/// Modes ssp and async: each slice is an update of its own as it comes, and its worker goes on at the newest parameters. Each shard has a
/// clock, the number of its slices that were applied; as many slices as there are shards make a step. In ssp no shard is asked for a slice
/// that would be too far ahead of the slowest clock.
/// </summary>
/// <remarks>
/// Q. Ho et al.: More Effective Distributed ML via a Stale Synchronous Parallel Parameter Server, 2013. While the server evaluates, what
/// comes is held back, because the parameters must not change.
/// </remarks>
/// <param name="requests">What was asked for.</param>
/// <param name="roster">The workers.</param>
/// <param name="server">The parameters.</param>
/// <param name="journal">Applies slices and completes steps.</param>
/// <param name="staleness">Steps that a shard may be ahead of the slowest; null for any number.</param>
/// <param name="resumeFrom">Where an earlier life of the server stood; null for the beginning.</param>
internal sealed class ShardClockPace(
    SliceRequests requests, Roster roster, ParameterServer server, StepJournal journal, int? staleness, TrainingState? resumeFrom) : IStepPace
{
    private readonly long[] _clocks = resumeFrom?.ShardClocks is { } clocks ? [.. clocks] : new long[roster.Shards];
    private readonly ActorId[] _workers = new ActorId[roster.Shards];
    private readonly List<GradientComputed> _held = [];
    private long _version;
    private long _appliedInStep = resumeFrom is { ShardClocks: { } applied } ? applied.Sum() - (resumeFrom.Step * applied.Count) : 0;
    private bool _isOpen;

    /// <inheritdoc/>
    public IReadOnlyList<long> Clocks => [.. _clocks];

    /// <inheritdoc/>
    public string WorkerOf(int shard) => _workers[shard].Name;

    /// <inheritdoc/>
    public void Start(long step, AlignedVector parameters, IActorContext context)
    {
        _isOpen = true;
        foreach (GradientComputed held in _held)
        {
            context.Send(ActorId.Server, held); // as if it came now
        }

        _held.Clear();
        HandOver(context);
    }

    /// <inheritdoc/>
    public StepOutcome? Take(GradientComputed gradient, IActorContext context)
    {
        if (!requests.IsOwed(gradient))
        {
            return null;
        }

        if (!_isOpen)
        {
            _held.Add(gradient);
            return null;
        }

        long version = requests.Take(gradient);
        foreach (PartialGradient partial in gradient.Partials)
        {
            _workers[partial.Range.First] = gradient.Worker;
            _clocks[partial.Range.First]++;
            journal.Apply(partial, gradient.Step, _version++ - version, context);
            _appliedInStep++;
        }

        if (_appliedInStep == roster.Shards)
        {
            _appliedInStep = 0;
            _isOpen = false;
            return journal.Complete(context);
        }

        HandOver(context);
        return null;
    }

    /// <inheritdoc/>
    public void Disown(ActorId worker)
    {
        requests.Forget(worker);
        _held.RemoveAll(gradient => gradient.Worker == worker);
    }

    /// <inheritdoc/>
    public void HandOver(IActorContext context)
    {
        if (!_isOpen || roster.Workers.Count == 0)
        {
            return;
        }

        roster.DealIfChanged(context);
        long slowest = _clocks.Min();
        foreach (ActorId worker in roster.Workers)
        {
            if (requests.IsIdle(worker) && Next(worker) is { } shard && !(_clocks[shard] - slowest > staleness))
            {
                requests.Ask(worker, _clocks[shard], [shard], server.Parameters, _version, context);
            }
        }
    }

    /// <inheritdoc/>
    public void Abandon() => _isOpen = false;

    /// <summary>The shard of a worker whose clock is slowest, the first of them.</summary>
    private int? Next(ActorId worker)
    {
        int? next = null;
        foreach (int shard in roster.ShardsOf(worker))
        {
            if (!requests.IsAsked(shard) && !(_clocks[shard] >= (next is { } other ? _clocks[other] : long.MaxValue)))
            {
                next = shard;
            }
        }

        return next;
    }
}
