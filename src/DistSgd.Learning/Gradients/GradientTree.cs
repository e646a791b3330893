using System.Numerics.Tensors;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Gradients;

/// <summary>
/// Sums gradients in a fixed binary tree over the shard index, so that neither the number of workers nor the order of arrival changes a bit.
/// </summary>
/// <remarks>
/// A missing leaf passes its sibling up unchanged. Sums are taken in place, the left child becomes the parent, and may be taken part by
/// part, so that a part can be measured while it is in the first-level cache. Nothing is allocated after the tree itself.
/// </remarks>
/// <param name="shards">Number of shards of the whole tree.</param>
public sealed class GradientTree(int shards)
{
    private readonly int[] _first = new int[shards];
    private readonly AlignedVector[] _nodes = new AlignedVector[shards];
    private readonly (int Parent, int Child)[] _additions = new (int, int)[shards];
    private readonly int[] _kept = new int[shards];
    private int _count;
    private int _additionCount;
    private bool _isPlanned;

    /// <summary>Number of nodes.</summary>
    public int Count => _count;

    /// <summary>The vector that has the sum of all nodes once all parts are summed.</summary>
    /// <exception cref="InvalidOperationException">There is no node.</exception>
    public AlignedVector Root => _count > 0 ? _nodes[0] : throw new InvalidOperationException("A tree without nodes has no sum.");

    /// <summary>Forgets all nodes.</summary>
    public void Clear()
    {
        _count = 0;
        _isPlanned = false;
    }

    /// <summary>Adds a node.</summary>
    /// <param name="first">First shard of the node, above that of the node before; no node may lie inside another.</param>
    /// <param name="sum">Its sum, overwritten.</param>
    public void Add(int first, AlignedVector sum)
    {
        _first[_count] = first;
        _nodes[_count++] = sum;
        _isPlanned = false;
    }

    /// <summary>Sums all nodes in a part of their vectors into that part of the <see cref="Root"/>.</summary>
    /// <param name="offset">Start of the part.</param>
    /// <param name="length">Length of the part; each part is summed once.</param>
    public void Sum(int offset, int length)
    {
        if (!_isPlanned)
        {
            Plan();
        }

        foreach ((int parent, int child) in _additions.AsSpan(0, _additionCount))
        {
            Span<float> sum = _nodes[parent].Span.Slice(offset, length);
            TensorPrimitives.Add(sum, _nodes[child].Span.Slice(offset, length), sum);
        }
    }

    /// <summary>Sums all nodes.</summary>
    /// <returns>The <see cref="Root"/>.</returns>
    public AlignedVector Sum()
    {
        Sum(0, Root.Length);
        return Root;
    }

    private void Plan()
    {
        _isPlanned = true;
        _additionCount = 0;
        for (int i = 0; i < _count; i++)
        {
            _kept[i] = i;
        }

        for (int span = 1, count = _count; span < shards; span *= 2)
        {
            int kept = 0;
            for (int i = 0; i < count; i++)
            {
                if (kept > 0 && _first[_kept[kept - 1]] / (2 * span) == _first[_kept[i]] / (2 * span))
                {
                    _additions[_additionCount++] = (_kept[kept - 1], _kept[i]);
                }
                else
                {
                    _kept[kept++] = _kept[i];
                }
            }

            count = kept;
        }
    }
}
