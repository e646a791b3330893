using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Training.Server.Decisions;

/// <summary>Counts the slices of each worker that were not finite, and names the workers that have sent too many.</summary>
/// <remarks>
/// If a second worker sends such slices of the shard that a first one was put into quarantine for, it is the data of the shard and not the
/// machine: that shard's slices are held against nobody any more.
/// </remarks>
/// <param name="limit">Slices after which a worker is named; 0 for never.</param>
internal sealed class Quarantine(int limit)
{
    private readonly Dictionary<string, int> _offences = [];
    private readonly Dictionary<int, string> _culprits = [];
    private readonly Queue<string> _due = [];

    /// <summary>Takes note of an event.</summary>
    /// <param name="written">The event.</param>
    public void Observe(TrainingEvent written)
    {
        if (limit == 0 || written is not TrainingAction { Worker: { } worker, Shard: { } shard })
        {
            return;
        }

        if (_culprits.TryAdd(shard, worker) || _culprits[shard] == worker)
        {
            int count = _offences[worker] = _offences.GetValueOrDefault(worker) + 1;
            if (count == limit)
            {
                _due.Enqueue(worker);
            }
        }
    }

    /// <summary>Puts the workers that were named into quarantine.</summary>
    /// <param name="roster">The workers.</param>
    /// <param name="context">The context of the server.</param>
    public void Enforce(Roster roster, IActorContext context)
    {
        while (_due.TryDequeue(out string? worker))
        {
            roster.Quarantine(new ActorId(worker), $"{limit} slices that were not finite", context);
        }
    }
}
