using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Data;

/// <summary>
/// Says which examples each shard gives to each step. Position p of an epoch is the ⌊p/S⌋-th example of shard p mod S,
/// in an order that is a pure function of (seed, epoch, shard). Which positions a step takes is said by <see cref="BatchPlan"/>.
/// </summary>
/// <remarks>
/// Any worker can therefore take over any shard at any step without being told a state. The order of one epoch is kept for each
/// shard that was asked for, in arrays used again, so that steps allocate nothing. Not for use by two threads at once.
/// </remarks>
public sealed class EpochSampler
{
    private const int NoEpoch = -1;

    private readonly DataSplit _split;
    private readonly ulong _seed;
    private readonly RandomStream _random;
    private readonly int[][] _orders;
    private readonly int[] _epochs;

    /// <summary>Creates a sampler.</summary>
    /// <param name="split">The shards.</param>
    /// <param name="seed">The seed of the run.</param>
    public EpochSampler(DataSplit split, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(split);
        _split = split;
        _seed = seed;
        _random = new RandomStream(seed, StreamPurpose.EpochPermutation);
        _orders = new int[split.Shards.Length][];
        _epochs = new int[split.Shards.Length];
        Array.Fill(_epochs, NoEpoch);
    }

    /// <summary>Number of examples that a shard gives to a step.</summary>
    /// <param name="range">The positions of the step.</param>
    /// <param name="shard">The shard.</param>
    /// <returns>The length of the slice; 0 means that the shard takes no part.</returns>
    public int SliceCount(StepRange range, int shard) =>
        PositionsBefore(range.FirstPosition + range.Count, shard) - PositionsBefore(range.FirstPosition, shard);

    /// <summary>The examples that a shard gives to a step.</summary>
    /// <param name="range">The positions of the step.</param>
    /// <param name="shard">The shard.</param>
    /// <returns>Indices in the training set, valid until the slice of another epoch of this shard is asked for.</returns>
    public ReadOnlySpan<int> Slice(StepRange range, int shard)
    {
        int start = PositionsBefore(range.FirstPosition, shard);
        int[] order = OrderOf(range.Epoch, shard);
        return order.AsSpan(start, SliceCount(range, shard));
    }

    /// <summary>How many positions below a bound fall to a shard: the p with p mod S = shard.</summary>
    private int PositionsBefore(int bound, int shard)
    {
        (int rounds, int rest) = Math.DivRem(bound, _split.Shards.Length);
        return rest > shard ? rounds + 1 : rounds;
    }

    private int[] OrderOf(int epoch, int shard)
    {
        int[] examples = _split.Shards[shard];
        int[] order = _orders[shard] ??= new int[examples.Length];
        if (_epochs[shard] != epoch)
        {
            examples.CopyTo(order, 0);
            _random.Restart(_seed, StreamPurpose.EpochPermutation, epoch, shard);
            _random.Shuffle(order);
            _epochs[shard] = epoch;
        }

        return order;
    }
}
