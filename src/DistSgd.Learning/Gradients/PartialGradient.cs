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
    public PartialGradient(ShardRange range)
    {
        Range = range;
        _slices = new SliceStatistics[range.Count];
    }

    /// <summary>The shards that the sum covers.</summary>
    public ShardRange Range { get; }

    /// <summary>Sum of the gradients of the finite slices, or null if there is none.</summary>
    public AlignedVector? Sum { get; set; }

    /// <summary>Statistics of the slices that have examples, finite or not, by ascending shard.</summary>
    public ReadOnlySpan<SliceStatistics> Slices => _slices.AsSpan(0, SliceCount);

    /// <summary>Number of slices that have examples.</summary>
    public int SliceCount { get; private set; }

    /// <summary>Forgets the last step.</summary>
    public void Clear()
    {
        Sum = null;
        SliceCount = 0;
    }

    /// <summary>Adds the statistics of one slice.</summary>
    /// <param name="slice">The statistics; shards ascend.</param>
    public void Add(in SliceStatistics slice) => _slices[SliceCount++] = slice;
}
