using System.Numerics.Tensors;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Gradients;

/// <summary>
/// Sums gradients in a fixed binary tree over the shard index, so that neither the number of workers nor the order of arrival changes a bit.
/// </summary>
/// <remarks>A missing leaf passes its sibling up unchanged. Sums are taken in place: the left child becomes the parent.</remarks>
public static class GradientTree
{
    /// <summary>Reduces nodes to the root of a range.</summary>
    /// <param name="first">First shard of each node, ascending; overwritten.</param>
    /// <param name="sums">Sum of each node; overwritten. The result lies in the vector of the lowest node.</param>
    /// <param name="count">Number of nodes, at least 1. No node may lie inside another.</param>
    /// <param name="shards">Number of shards of the whole tree.</param>
    /// <returns>The sum of all nodes.</returns>
    public static AlignedVector Reduce(Span<int> first, Span<AlignedVector> sums, int count, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        for (int span = 1; span < shards; span *= 2)
        {
            int kept = 0;
            for (int i = 0; i < count; i++)
            {
                if (kept > 0 && first[kept - 1] / (2 * span) == first[i] / (2 * span))
                {
                    TensorPrimitives.Add(sums[kept - 1].Span, sums[i].Span, sums[kept - 1].Span);
                }
                else
                {
                    first[kept] = first[i];
                    sums[kept++] = sums[i];
                }
            }

            count = kept;
        }

        return sums[0];
    }
}
