using DistSgd.Learning.Gradients;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>The partial gradients of the open step as they come in, each shard exactly once, and who owes those that are missing.</summary>
public sealed class GradientCollection
{
    private readonly PartialGradient?[] _byFirstShard;
    private readonly PartialGradient[] _ordered;
    private readonly bool[] _present;
    private readonly ActorId[] _owners;
    private readonly bool[] _orphaned;
    private int _missing;

    /// <summary>Creates a collection for the shards of a run.</summary>
    /// <param name="shards">Number of shards.</param>
    public GradientCollection(int shards)
    {
        _byFirstShard = new PartialGradient?[shards];
        _ordered = new PartialGradient[shards];
        _present = new bool[shards];
        _owners = new ActorId[shards];
        _orphaned = new bool[shards];
        _missing = shards;
    }

    /// <summary>Opens a step: forgets what came in.</summary>
    /// <param name="roster">Who holds which shard.</param>
    public void Open(Roster roster)
    {
        ArgumentNullException.ThrowIfNull(roster);
        Array.Clear(_byFirstShard);
        Array.Clear(_present);
        Array.Clear(_orphaned);
        _missing = _present.Length;
        for (int shard = 0; shard < _owners.Length; shard++)
        {
            _owners[shard] = roster.WorkerOf(shard);
        }
    }

    /// <summary>Takes the sums of a worker in; ranges with a shard that is there already, or that is not the worker's, are ignored.</summary>
    /// <param name="gradient">The sums.</param>
    /// <returns>True once every shard is there.</returns>
    public bool Add(GradientComputed gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        foreach (PartialGradient partial in gradient.Partials)
        {
            if (IsOwed(partial.Range, gradient.Worker))
            {
                _byFirstShard[partial.Range.First] = partial;
                _present.AsSpan(partial.Range.First, partial.Range.Count).Fill(true);
                _missing -= partial.Range.Count;
            }
        }

        return _missing == 0;
    }

    /// <summary>Name of the worker that a slice of the step came from, or is to come from.</summary>
    /// <param name="shard">The shard.</param>
    /// <returns>The worker.</returns>
    public ActorId OwnerOf(int shard) => _owners[shard];

    /// <summary>Has nobody owe what a worker still owed. It has gone; who comes back under its name knows nothing of its debts.</summary>
    /// <param name="worker">The worker.</param>
    public void Disown(ActorId worker)
    {
        for (int shard = 0; shard < _owners.Length; shard++)
        {
            _orphaned[shard] |= !_present[shard] && _owners[shard] == worker;
        }
    }

    /// <summary>The missing shards that nobody owes.</summary>
    /// <returns>The shards, ascending.</returns>
    public int[] Orphans() => [.. Enumerable.Range(0, _owners.Length).Where(shard => _orphaned[shard])];

    /// <summary>Has another worker owe missing shards.</summary>
    /// <param name="shards">The shards.</param>
    /// <param name="worker">The worker.</param>
    public void Transfer(ReadOnlySpan<int> shards, ActorId worker)
    {
        foreach (int shard in shards)
        {
            _owners[shard] = worker;
            _orphaned[shard] = false;
        }
    }

    /// <summary>The sums by ascending shard.</summary>
    /// <returns>All of them; valid until the collection is cleared.</returns>
    public ReadOnlySpan<PartialGradient> Ordered()
    {
        int count = 0;
        foreach (PartialGradient? partial in _byFirstShard)
        {
            if (partial is not null)
            {
                _ordered[count++] = partial;
            }
        }

        return _ordered.AsSpan(0, count);
    }

    private bool IsOwed(ShardRange range, ActorId worker)
    {
        if (range.First < 0 || range.Count < 1 || range.End > _present.Length)
        {
            return false;
        }

        for (int shard = range.First; shard < range.End; shard++)
        {
            if (_present[shard] || _orphaned[shard] || _owners[shard] != worker)
            {
                return false;
            }
        }

        return true;
    }
}
