using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Gradients;

/// <summary>
/// Computes the gradients of the slices that a worker's shards give to a step, and sums them up to the aligned ranges it owns.
/// </summary>
/// <remarks>
/// All slices are stacked into common blocks of rows for the forward and backward pass; the weight gradient is cut at their borders
/// and reduced on the way (<see cref="ReductionPlan"/>). No slice's gradient depends on what is stacked beside it.
/// After the first step with a set of shards nothing is allocated.
/// </remarks>
public sealed unsafe class SliceGradients
{
    /// <summary>Rows of one block: large enough to feed the kernels, small enough for the second-level cache.</summary>
    public const int MaxBlockRows = 256;

    private readonly TrainingData _data;
    private readonly GradientEncoding _encoding;
    private readonly ParameterLayout _layout;
    private readonly EpochSampler _sampler;
    private readonly MlpPass _pass;
    private readonly Targets _targets;
    private readonly int[] _rowExamples = new int[MaxBlockRows];
    private readonly int[] _rowSlices = new int[MaxBlockRows];
    private readonly double[] _rowLosses = new double[MaxBlockRows];
    private readonly byte[] _rowCorrect = new byte[MaxBlockRows];
    private int[] _shards = [];
    private PartialGradient[] _partials = [];
    private int[] _rangeOf = [];
    private bool[] _included = [];
    private SliceStatistics[] _statistics = [];
    private ReductionPlan _plan;

    /// <summary>Allocates the passes for a model and a data set.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="encoding">How sums are rounded; with an encoding that loses digits each slice is a sum of its own.</param>
    public SliceGradients(MlpArchitecture architecture, TrainingData data, GradientEncoding encoding = GradientEncoding.Float32)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(data);
        _data = data;
        _encoding = encoding;
        _layout = architecture.CreateLayout();
        _sampler = data.CreateSampler();
        _pass = new MlpPass(architecture, MaxBlockRows);
        _plan = new ReductionPlan(_layout.Length, 0);
        _targets = data.Targets;
    }

    /// <summary>A fault to plant, for tests of what watches over training; null for none.</summary>
    public SliceFault? Fault { get; set; }

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
        if (!shards.SequenceEqual(_shards))
        {
            TakeOver(shards.ToArray());
        }
    }

    /// <summary>Computes all slices of a step and sums the finite ones range by range into <see cref="Partials"/>.</summary>
    /// <param name="parameters">The parameters of the step; not changed while this runs.</param>
    /// <param name="range">The step.</param>
    public void Compute(AlignedVector parameters, in StepRange range)
    {
        for (int i = 0; i < _shards.Length; i++)
        {
            int examples = _sampler.SliceCount(range, _shards[i]);
            _included[i] = examples > 0;
            _statistics[i] = new SliceStatistics { Shard = _shards[i], Examples = examples };
        }

        Sum(parameters, range);
        MeasureSlices(parameters, range);
        for (int p = 0; p < _partials.Length; p++)
        {
            Report(p);
        }
    }

    private void TakeOver(int[] shards)
    {
        _shards = shards;
        List<ShardRange> ranges = _encoding == GradientEncoding.Float32
            ? ShardRange.Cover(shards)
            : [.. shards.Select(shard => new ShardRange(shard, 1))];

        // New vectors: the server may still keep one of the old ones for good.
        _partials = [.. ranges.Select(range => new PartialGradient(range, new AlignedVector(_layout.Length)))];
        _rangeOf = Array.ConvertAll(shards, shard => ranges.FindIndex(range => shard < range.End));
        _included = new bool[shards.Length];
        _statistics = new SliceStatistics[shards.Length];
        _plan = new ReductionPlan(_layout.Length, shards.Length);
    }

    /// <summary>Sums the slices that are included.</summary>
    private void Sum(AlignedVector parameters, in StepRange range)
    {
        _plan.Clear();
        int rows = 0;
        for (int i = NextIncluded(0); i < _shards.Length; i = NextIncluded(i + 1))
        {
            ReadOnlySpan<int> examples = _sampler.Slice(range, _shards[i]);
            for (int done = 0; done < examples.Length;)
            {
                if (rows == MaxBlockRows)
                {
                    _plan.KeepWaiting();
                    RunBlock(parameters, rows);
                    rows = 0;
                }

                int count = Math.Min(examples.Length - done, MaxBlockRows - rows);
                examples.Slice(done, count).CopyTo(_rowExamples.AsSpan(rows));
                _rowSlices.AsSpan(rows, count).Fill(i);
                done += count;
                _plan.Add(i, rows, count, done == examples.Length ? Leaf(i) : null);
                rows += count;
            }
        }

        if (rows > 0)
        {
            RunBlock(parameters, rows);
        }
    }

    private LeafPosition Leaf(int slice)
    {
        int range = _rangeOf[slice];
        int next = NextIncluded(slice + 1);
        bool ends = next == _shards.Length || _rangeOf[next] != range;
        return new LeafPosition(_shards[slice], ends ? null : _shards[next], _partials[range]);
    }

    private int NextIncluded(int slice)
    {
        while (slice < _included.Length && !_included[slice])
        {
            slice++;
        }

        return slice;
    }

    private void RunBlock(AlignedVector parameters, int rows)
    {
        ReadOnlySpan<int> examples = _rowExamples.AsSpan(0, rows);
        Gather.Rows(_data.Dataset.Train, _data.Scaler, examples, _pass.Inputs, _pass.InputStride);
        if (Fault is { } fault)
        {
            Plant(fault, rows);
        }

        _pass.Forward(parameters, rows);
        _pass.EvaluateLosses(_targets, examples, _rowLosses, _rowCorrect);
        for (int r = 0; r < rows; r++)
        {
            ref SliceStatistics slice = ref _statistics[_rowSlices[r]];
            slice.LossSum += _rowLosses[r];
            slice.Correct += _rowCorrect[r];
        }

        _pass.BackwardErrors(parameters, rows);
        _pass.WeightGradient(_plan.Runs, _plan.RunCount);
        _plan.NextBlock();
    }

    private void Plant(SliceFault fault, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            if (_shards[_rowSlices[r]] == fault.Shard)
            {
                foreach (ref float input in new Span<float>(_pass.Inputs + ((long)r * _pass.InputStride), _pass.InputStride))
                {
                    input *= fault.Factor;
                }
            }
        }
    }

    /// <summary>Takes the norms of the slices from the kernels, then looks again at those that are beyond single precision or not finite.</summary>
    private void MeasureSlices(AlignedVector parameters, in StepRange range)
    {
        bool plausible = true;
        for (int i = NextIncluded(0); i < _shards.Length; i = NextIncluded(i + 1))
        {
            _statistics[i].SquaredNorm = _plan.SquaredNorm(i);
            plausible &= IsPlausible(_statistics[i]);
        }

        if (!plausible)
        {
            SliceStatistics[] first = [.. _statistics];
            for (int i = 0; i < first.Length; i++)
            {
                if (first[i].Examples > 0 && !IsPlausible(first[i]))
                {
                    first[i].SquaredNorm = SquaredNormAlone(parameters, range, i);
                }
            }

            for (int i = 0; i < first.Length; i++)
            {
                _included[i] = first[i].Examples > 0 && first[i].IsFinite;
            }

            Sum(parameters, range);
            first.CopyTo(_statistics, 0);
        }
    }

    private double SquaredNormAlone(AlignedVector parameters, in StepRange range, int slice)
    {
        Array.Clear(_included);
        _included[slice] = true;
        Sum(parameters, range);
        return Reductions.SumOfSquares(_partials[_rangeOf[slice]].Buffer.Span);
    }

    private static bool IsPlausible(in SliceStatistics slice) =>
        double.IsFinite(slice.LossSum) && slice.SquaredNorm <= GroupedSums.LargestReliable;

    private void Report(int range)
    {
        PartialGradient partial = _partials[range];
        partial.Clear();
        for (int i = 0; i < _shards.Length; i++)
        {
            if (_rangeOf[i] == range && _statistics[i].Examples > 0)
            {
                partial.Add(_statistics[i], _included[i]);
            }
        }

        if (partial.Sum is { } sum)
        {
            VectorEncoding.RoundTrip(_encoding, sum.Span);
        }
    }
}

/// <summary>A fault that a test plants into the slices of one shard.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Factor">What its inputs are multiplied by; NaN poisons them.</param>
public readonly record struct SliceFault(int Shard, float Factor);
