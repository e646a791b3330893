using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>The workers of a run and the shards that each of them holds.</summary>
/// <param name="shards">Number of shards.</param>
/// <param name="expected">Number of workers that the run begins with.</param>
public sealed class Roster(int shards, int expected)
{
    private readonly string[] _workerOfShard = new string[shards];
    private readonly List<ActorId> _workers = [];

    /// <summary>The workers, ordered by name once all are there.</summary>
    public IReadOnlyList<ActorId> Workers => _workers;

    /// <summary>Name of the worker that holds a shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <returns>The name.</returns>
    public string WorkerOf(int shard) => _workerOfShard[shard];

    /// <summary>Takes a worker in; one that is there already is ignored.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>True if all expected workers are there now, and were not before.</returns>
    public bool Join(ActorId worker)
    {
        if (_workers.Contains(worker))
        {
            return false;
        }

        _workers.Add(worker);
        return _workers.Count == expected;
    }

    /// <summary>Deals the shards, tells the workers and the log.</summary>
    /// <param name="term">Term of the server.</param>
    /// <param name="context">The context of the server.</param>
    public void Deal(int term, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        // Names ascend with the index, so the deal does not depend on the order of joining.
        _workers.Sort((a, b) => (a.Name.Length, a.Name).CompareTo((b.Name.Length, b.Name)));
        for (int w = 0; w < _workers.Count; w++)
        {
            int[] dealt = ShardRange.Deal(_workerOfShard.Length, _workers.Count, w);
            foreach (int shard in dealt)
            {
                _workerOfShard[shard] = _workers[w].Name;
            }

            context.Emit(new Membership
            {
                Time = context.Now,
                Worker = _workers[w].Name,
                Change = MembershipChanges.Joined,
                Shards = dealt,
            });
            context.Send(_workers[w], new AssignShards(term, dealt));
        }
    }

    /// <summary>Sends a message to every worker, without allocating.</summary>
    /// <param name="message">The message.</param>
    /// <param name="context">The context of the server.</param>
    public void Broadcast(object message, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        for (int w = 0; w < _workers.Count; w++)
        {
            context.Send(_workers[w], message);
        }
    }
}
