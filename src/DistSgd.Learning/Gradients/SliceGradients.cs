using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Gradients;

/// <summary>
/// Computes the gradients of the slices that a worker's shards give to a step, and sums them up to the aligned ranges it owns.
/// </summary>
/// <remarks>
/// All slices are stacked into common blocks of rows for the forward and backward pass; the weight gradient is cut at their borders.
/// No slice's gradient depends on what is stacked beside it. After the first step with a set of shards nothing is allocated.
/// </remarks>
public sealed unsafe class SliceGradients
{
    /// <summary>Rows of one block: large enough to feed the kernels, small enough for the second-level cache.</summary>
    public const int MaxBlockRows = 256;

    private readonly TrainingData _data;
    private readonly ParameterLayout _layout;
    private readonly EpochSampler _sampler;
    private readonly MlpPass _pass;
    private readonly Targets _targets;
    private readonly int[] _rowExamples = new int[MaxBlockRows];
    private readonly double[] _rowLosses = new double[MaxBlockRows];
    private readonly byte[] _rowCorrect = new byte[MaxBlockRows];
    private readonly List<Segment> _segments = [];
    private int[] _shards = [];
    private PartialGradient[] _partials = [];
    private AlignedVector[] _slices = [];
    private SliceStatistics[] _statistics = [];
    private int[] _treeFirst = [];
    private AlignedVector[] _treeSums = [];

    /// <summary>Allocates the passes for a model and a data set.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="data">The data.</param>
    public SliceGradients(MlpArchitecture architecture, TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(data);
        _data = data;
        _layout = architecture.CreateLayout();
        _sampler = data.CreateSampler();
        _pass = new MlpPass(architecture, MaxBlockRows);
        _targets = data.Targets;
    }

    /// <summary>The results of the last <see cref="Compute"/>, one for each aligned range of the shards.</summary>
    public ReadOnlySpan<PartialGradient> Partials => _partials;

    /// <summary>The dataset indices of the examples of one slice.</summary>
    /// <param name="range">The step.</param>
    /// <param name="shard">The shard.</param>
    /// <returns>The indices, in the order of the slice.</returns>
    public ReadOnlySpan<int> ExamplesOf(StepRange range, int shard) => _sampler.Slice(range, shard);

    /// <summary>Takes over a set of shards.</summary>
    /// <param name="shards">The shards, ascending.</param>
    public void Assign(ReadOnlySpan<int> shards)
    {
        if (shards.SequenceEqual(_shards))
        {
            return;
        }

        _shards = shards.ToArray();
        _partials = [.. ShardRange.Cover(shards).Select(range => new PartialGradient(range))];
        AlignedVector[] reusable = _slices;
        _slices = new AlignedVector[shards.Length];
        for (int i = 0; i < _slices.Length; i++)
        {
            _slices[i] = i < reusable.Length ? reusable[i] : new AlignedVector(_layout.Length);
        }

        _statistics = new SliceStatistics[shards.Length];
        _treeFirst = new int[shards.Length];
        _treeSums = new AlignedVector[shards.Length];
    }

    /// <summary>Computes all slices of a step and sums the finite ones range by range into <see cref="Partials"/>.</summary>
    /// <param name="parameters">The parameters of the step; not changed while this runs.</param>
    /// <param name="range">The step.</param>
    public void Compute(AlignedVector parameters, in StepRange range)
    {
        _pass.PrepareBackward(parameters);
        int rows = 0;
        for (int i = 0; i < _shards.Length; i++)
        {
            ReadOnlySpan<int> examples = _sampler.Slice(range, _shards[i]);
            _statistics[i] = new SliceStatistics { Shard = _shards[i], Examples = examples.Length };
            for (int done = 0; done < examples.Length;)
            {
                int count = Math.Min(examples.Length - done, MaxBlockRows - rows);
                examples.Slice(done, count).CopyTo(_rowExamples.AsSpan(rows));
                _segments.Add(new Segment(i, rows, count, done > 0));
                rows += count;
                done += count;
                if (rows == MaxBlockRows)
                {
                    RunBlock(parameters, rows);
                    rows = 0;
                }
            }
        }

        if (rows > 0)
        {
            RunBlock(parameters, rows);
        }

        foreach (PartialGradient partial in _partials)
        {
            Reduce(partial);
        }
    }

    private void RunBlock(AlignedVector parameters, int rows)
    {
        ReadOnlySpan<int> examples = _rowExamples.AsSpan(0, rows);
        Gather.Rows(_data.Dataset.Train, _data.Scaler, examples, _pass.Inputs, _pass.InputStride);
        _pass.Forward(parameters, rows);
        _pass.EvaluateLosses(_targets, examples, _rowLosses, _rowCorrect);
        _pass.BackwardErrors(rows);
        foreach (Segment segment in _segments)
        {
            _pass.WeightGradient(segment.Row, segment.Rows, segment.Continues, _slices[segment.Slice]);
            ref SliceStatistics slice = ref _statistics[segment.Slice];
            for (int r = segment.Row; r < segment.Row + segment.Rows; r++)
            {
                slice.LossSum += _rowLosses[r];
                slice.Correct += _rowCorrect[r];
            }
        }

        _segments.Clear();
    }

    private void Reduce(PartialGradient partial)
    {
        partial.Clear();
        int nodes = 0;
        for (int i = 0; i < _shards.Length; i++)
        {
            ref SliceStatistics slice = ref _statistics[i];
            if (slice.Examples == 0 || slice.Shard < partial.Range.First || slice.Shard >= partial.Range.End)
            {
                continue;
            }

            slice.SquaredNorm = Reductions.SumOfSquares(_slices[i].Span);
            partial.Add(slice);
            if (slice.IsFinite)
            {
                _treeFirst[nodes] = slice.Shard;
                _treeSums[nodes++] = _slices[i];
            }
        }

        partial.Sum = nodes == 0 ? null : GradientTree.Reduce(_treeFirst, _treeSums, nodes, partial.Range.End);
    }

    /// <summary>A run of rows of a block that belong to one slice.</summary>
    private readonly record struct Segment(int Slice, int Row, int Rows, bool Continues);
}
