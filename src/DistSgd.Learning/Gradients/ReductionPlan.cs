using System.Numerics;
using System.Runtime.CompilerServices;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Gradients;

/// <summary>
/// Turns the slices of a step, block by block, into the runs that the gradient kernels carry out, so that the fixed tree over the shards
/// is summed up tile by tile while the slices are computed.
/// </summary>
/// <remarks>
/// The nodes of the tree that wait for their sibling form a stack, as in a binary counter. One that is used up within its block needs
/// scratch memory for a single tile; only one that outlasts its block needs a whole gradient.
/// </remarks>
internal sealed unsafe class ReductionPlan
{
    private const int Columns = PanelProducts.PanelWidth;

    private readonly int _length;
    private readonly Node[] _waiting; // the stack
    private readonly AlignedVector[] _scratch; // by place in the stack
    private readonly AlignedVector?[] _whole; // likewise, allocated when first needed
    private readonly TilePlace[] _sums;
    private readonly GradientRun[] _runs;
    private readonly AlignedVector _squares;
    private readonly double[] _squareSums;
    private int _depth;
    private int _sumCount;
    private bool _continues;

    /// <summary>Allocates a plan.</summary>
    /// <param name="length">Length of a flat gradient.</param>
    /// <param name="slices">Number of slices of a step.</param>
    public ReductionPlan(int length, int slices)
    {
        _length = length;
        int levels = BitOperations.Log2((uint)Math.Max(1, slices)) + 2;
        _waiting = new Node[levels];
        _whole = new AlignedVector?[levels];
        _scratch = [.. Enumerable.Range(0, levels).Select(_ => new AlignedVector(PanelGradient.TileLength))];
        _sums = GC.AllocateArray<TilePlace>(slices * levels, pinned: true);
        _runs = GC.AllocateArray<GradientRun>(slices, pinned: true);
        _squares = new AlignedVector(slices * Columns);
        _squareSums = GC.AllocateArray<double>(slices * Columns, pinned: true);
    }

    /// <summary>The runs of the block.</summary>
    public GradientRun* Runs => Address(_runs, 0);

    /// <summary>Their number.</summary>
    public int RunCount { get; private set; }

    /// <summary>Starts a step.</summary>
    public void Clear()
    {
        Array.Clear(_squareSums);
        _depth = 0;
        _continues = false;
        NextBlock();
    }

    /// <summary>Starts the next block of the step. What waits on the stack now lies in whole gradients.</summary>
    public void NextBlock()
    {
        RunCount = 0;
        _sumCount = 0;
    }

    /// <summary>Adds rows of a slice.</summary>
    /// <param name="slice">Index of the slice.</param>
    /// <param name="firstRow">First row in the block.</param>
    /// <param name="rows">Number of rows, at least 1.</param>
    /// <param name="rest">Where the slice stands in the tree, or null if it goes on in the next block.</param>
    public void Add(int slice, int firstRow, int rows, in LeafPosition? rest)
    {
        ref GradientRun run = ref _runs[RunCount];
        run = new GradientRun { FirstRow = firstRow, Rows = rows, Start = _continues ? Whole(_depth) : default };
        _continues = rest is null;
        if (rest is { } leaf)
        {
            run.Squares = _squares.Pointer + (slice * Columns);
            run.SquareSums = Address(_squareSums, slice * Columns);
            run.Sums = Address(_sums, _sumCount);
            JoinCompleted(leaf);
            run.SumsEnd = Address(_sums, _sumCount);
            run.Target = leaf.Next is null ? new TilePlace(leaf.Range.Buffer.Pointer, isScratch: false) : Push(leaf.Shard);
        }
        else
        {
            run.Target = Whole(_depth);
        }

        RunCount++;
    }

    /// <summary>Ends a block that others follow: what still waits is kept whole.</summary>
    public void KeepWaiting()
    {
        for (int i = 0; i < _depth; i++)
        {
            if (_waiting[i].Run >= 0)
            {
                _waiting[i].Place = _runs[_waiting[i].Run].Target = Whole(i);
                _waiting[i].Run = -1;
            }
        }
    }

    /// <summary>The squared norm of a slice whose runs are all done.</summary>
    /// <param name="slice">Index of the slice; asked for once.</param>
    /// <returns>The sum of squares.</returns>
    public double SquaredNorm(int slice) => Reductions.Join(Address(_squareSums, slice * Columns), Columns);

    /// <summary>Joins the new leaf with every waiting node whose parent it completes: left child + right child, level by level.</summary>
    private void JoinCompleted(in LeafPosition leaf)
    {
        ref GradientRun run = ref _runs[RunCount];
        int level = run.Start.Exists ? -1 : 0;
        for (int span = 2; span <= leaf.Range.Range.Count && leaf.Next / span != leaf.Shard / span; span *= 2)
        {
            if (_depth > 0 && _waiting[_depth - 1].Shard / span == leaf.Shard / span)
            {
                ref readonly Node sibling = ref _waiting[--_depth];
                bool grows = level >= 0 && sibling.Run == RunCount - (1 << level) && IsSubtree(sibling.Run, level);
                level = grows ? level + 1 : -1;
                run.Subtree = grows ? (1 << level) - 1 : run.Subtree;
                _sums[_sumCount++] = sibling.Place;
            }
        }
    }

    /// <summary>Whether a run ends a complete subtree of this block, without anything from elsewhere.</summary>
    private bool IsSubtree(int index, int level)
    {
        if (index < 0)
        {
            return false;
        }

        ref readonly GradientRun run = ref _runs[index];
        return run.Subtree == (1 << level) - 1 && run.SumsEnd - run.Sums == level && !run.Start.Exists;
    }

    private TilePlace Push(int shard)
    {
        var place = new TilePlace(_scratch[_depth].Pointer, isScratch: true);
        _waiting[_depth++] = new Node { Shard = shard, Place = place, Run = RunCount };
        return place;
    }

    private TilePlace Whole(int depth) => new((_whole[depth] ??= new AlignedVector(_length)).Pointer, isScratch: false);

    // The arrays are pinned.
    private static T* Address<T>(T[] array, int index)
        where T : unmanaged =>
        (T*)Unsafe.AsPointer(ref Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array), index));

    private struct Node
    {
        /// <summary>A shard of the node; which one does not matter.</summary>
        public int Shard;

        public TilePlace Place;

        /// <summary>The run of this block that computes it, or −1 if an earlier block did.</summary>
        public int Run;
    }
}

/// <summary>Where a finished slice stands in the tree of its range.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Next">The next shard of the range that takes part, or null.</param>
/// <param name="Range">The range, which receives the sum.</param>
internal readonly record struct LeafPosition(int Shard, int? Next, PartialGradient Range);
