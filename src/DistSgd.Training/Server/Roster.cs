using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>The workers that are there and the shards that each of them holds. Who comes or goes changes the deal from the next step on.</summary>
/// <param name="shards">Number of shards.</param>
/// <param name="term">Term of the server.</param>
public sealed class Roster(int shards, int term)
{
    private readonly ActorId[] _workerOfShard = new ActorId[shards];
    private readonly List<ActorId> _workers = [];
    private readonly Dictionary<ActorId, int[]> _dealt = [];
    private readonly HashSet<ActorId> _quarantined = [];

    /// <summary>The workers, ordered by name.</summary>
    public IReadOnlyList<ActorId> Workers => _workers;

    /// <summary>Number of shards.</summary>
    public int Shards => _workerOfShard.Length;

    /// <summary>The shards of a worker since the last deal, ascending.</summary>
    /// <param name="worker">A worker that is there.</param>
    /// <returns>The shards; none before it was dealt any.</returns>
    public IReadOnlyList<int> ShardsOf(ActorId worker) => _dealt.TryGetValue(worker, out int[]? dealt) ? dealt : [];

    /// <summary>True if a worker has come or gone since the last deal.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>The worker that holds a shard since the last deal; it may have gone since.</summary>
    /// <param name="shard">The shard.</param>
    /// <returns>The worker.</returns>
    public ActorId WorkerOf(int shard) => _workerOfShard[shard];

    /// <summary>Takes a worker in; one that is there already is ignored.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>True if it is new.</returns>
    public bool Join(ActorId worker)
    {
        if (_workers.Contains(worker) || _quarantined.Contains(worker))
        {
            return false;
        }

        // Names ascend with the index, so the deal does not depend on the order of joining.
        _workers.Add(worker);
        _workers.Sort((a, b) => (a.Name.Length, a.Name).CompareTo((b.Name.Length, b.Name)));
        HasChanged = true;
        return true;
    }

    /// <summary>Lets a worker go; one that is not there is ignored.</summary>
    /// <param name="left">The worker and why.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>True if it was there.</returns>
    public bool Leave(WorkerLeft left, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(context);
        if (!_workers.Remove(left.Worker))
        {
            return false;
        }

        HasChanged = true;
        _dealt.Remove(left.Worker, out int[]? held);
        Report(left.Worker, left.Change, held ?? [], context, left.Reason);
        return true;
    }

    /// <summary>Takes a worker's shards from it for the rest of this life of the server, unless it is the only one that is left.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="reason">Why, for the log.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>True if it is in quarantine now and was not before.</returns>
    public bool Quarantine(ActorId worker, string reason, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_workers.Count < 2 || !_workers.Remove(worker))
        {
            return false;
        }

        HasChanged = true;
        _quarantined.Add(worker);
        _dealt.Remove(worker, out int[]? held);
        Report(worker, MembershipChanges.Quarantined, held ?? [], context, reason);
        context.Send(worker, new AssignShards(term, []));
        return true;
    }

    /// <summary>Deals all shards anew if a worker has come or gone.</summary>
    /// <param name="context">The context of the server.</param>
    public void DealIfChanged(IActorContext context)
    {
        if (HasChanged)
        {
            Deal(context);
        }
    }

    /// <summary>Deals all shards anew, tells the workers whose shards have changed, and the log.</summary>
    /// <param name="context">The context of the server.</param>
    public void Deal(IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        HasChanged = false;
        for (int w = 0; w < _workers.Count; w++)
        {
            ActorId worker = _workers[w];
            int[] dealt = ShardRange.Deal(_workerOfShard.Length, _workers.Count, w);
            foreach (int shard in dealt)
            {
                _workerOfShard[shard] = worker;
            }

            bool isNew = !_dealt.TryGetValue(worker, out int[]? held);
            if (isNew || !held.AsSpan().SequenceEqual(dealt))
            {
                _dealt[worker] = dealt;
                Report(worker, isNew ? MembershipChanges.Joined : MembershipChanges.Reassigned, dealt, context);
                context.Send(worker, new AssignShards(term, dealt));
            }
        }
    }

    /// <summary>Sends a message to every worker that holds shards, without allocating.</summary>
    /// <param name="message">The message.</param>
    /// <param name="context">The context of the server.</param>
    public void Broadcast(object message, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        // Contiguous runs: a worker's shards stand side by side, and standbys have none.
        for (int shard = 0; shard < _workerOfShard.Length; shard++)
        {
            if (shard == 0 || _workerOfShard[shard] != _workerOfShard[shard - 1])
            {
                context.Send(_workerOfShard[shard], message);
            }
        }
    }

    /// <summary>Tells the log of a peer that was turned away.</summary>
    /// <param name="refused">Who and why.</param>
    /// <param name="context">The context of the server.</param>
    public static void ReportRefusal(PeerRefused refused, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(refused);
        ArgumentNullException.ThrowIfNull(context);
        Report(new ActorId(refused.Peer), MembershipChanges.Refused, [], context, refused.Reason);
    }

    private static void Report(ActorId worker, string change, int[] shards, IActorContext context, string? reason = null) =>
        context.Emit(new Membership
        {
            Time = context.Now,
            Worker = worker.Name,
            Change = change,
            Shards = shards,
            Reason = reason,
        });
}
