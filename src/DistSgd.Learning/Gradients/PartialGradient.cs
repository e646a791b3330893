using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Gradients;

/// <summary>
/// The summed gradient of an aligned range of shards, one node of the reduction tree, with the statistics of its slices.
/// </summary>
/// <remarks>The object and its vector are reused from step to step; they belong to the receiver until the next step starts.</remarks>
public sealed class PartialGradient
{
    private readonly SliceStatistics[] _slices;

    /// <summary>Creates an empty partial gradient.</summary>
    /// <param name="range">The shards.</param>
    /// <param name="buffer">A vector of the gradient's layout, for the sum.</param>
    public PartialGradient(ShardRange range, AlignedVector buffer)
    {
        Range = range;
        Buffer = buffer;
        _slices = new SliceStatistics[range.Count];
    }

    /// <summary>The shards that the sum covers.</summary>
    public ShardRange Range { get; }

    /// <summary>The vector that sums are written to.</summary>
    public AlignedVector Buffer { get; private set; }

    /// <summary>Sum of the gradients of the finite slices, or null if there is none.</summary>
    public AlignedVector? Sum => HasSum ? Buffer : null;

    /// <summary>Statistics of the slices that have examples, finite or not, by ascending shard.</summary>
    public ReadOnlySpan<SliceStatistics> Slices => _slices.AsSpan(0, SliceCount);

    /// <summary>Number of slices that have examples.</summary>
    public int SliceCount { get; private set; }

    private bool HasSum { get; set; }

    /// <summary>Forgets the last step.</summary>
    public void Clear()
    {
        HasSum = false;
        SliceCount = 0;
    }

    /// <summary>Adds the statistics of one slice.</summary>
    /// <param name="slice">The statistics; shards ascend.</param>
    /// <param name="isSummed">True if the sum contains it.</param>
    public void Add(in SliceStatistics slice, bool isSummed)
    {
        _slices[SliceCount++] = slice;
        HasSum |= isSummed;
    }

    /// <summary>Keeps the vector of the sum for good and gives another one for the sums to come.</summary>
    /// <param name="other">A vector of the same length that nobody else uses any more.</param>
    public void Exchange(AlignedVector other)
    {
        Buffer = other;
        HasSum = false;
    }
}
