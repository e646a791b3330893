using DistSgd.Learning.Gradients;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>The partial gradients of the open step as they come in, each shard exactly once.</summary>
public sealed class GradientCollection
{
    private readonly PartialGradient?[] _byFirstShard;
    private readonly PartialGradient[] _ordered;
    private int _missing;

    /// <summary>Creates a collection for the shards of a run.</summary>
    /// <param name="shards">Number of shards.</param>
    public GradientCollection(int shards)
    {
        _byFirstShard = new PartialGradient?[shards];
        _ordered = new PartialGradient[shards];
        Clear();
    }

    /// <summary>Forgets what came in: a new step opens.</summary>
    public void Clear()
    {
        Array.Clear(_byFirstShard);
        _missing = _byFirstShard.Length;
    }

    /// <summary>Takes the sums of a worker in; a shard that is there already is ignored.</summary>
    /// <param name="gradient">The sums.</param>
    /// <returns>True once every shard is there.</returns>
    public bool Add(GradientComputed gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        foreach (PartialGradient partial in gradient.Partials)
        {
            if (_byFirstShard[partial.Range.First] is null)
            {
                _byFirstShard[partial.Range.First] = partial;
                _missing -= partial.Range.Count;
            }
        }

        return _missing == 0;
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
}
