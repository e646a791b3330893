using System.Numerics.Tensors;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Noise;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Curvature;

/// <summary>
/// Answers requests for the shards of one worker: sums over the examples of each shard, reduced over aligned ranges of shards like a step.
/// </summary>
/// <remarks>
/// The examples of a shard come in their fixed order, in blocks of 256, each shard for itself, so the sums depend neither on the number of
/// workers nor on who holds which shard. Of <c>examples</c> in all, shard s takes those at positions s, s + S, s + 2S, ...
/// </remarks>
public sealed unsafe class ShardCurvature
{
    private readonly TrainingData _data;
    private readonly MlpPass _pass;
    private readonly Lazy<HessianPass> _hessian;
    private readonly Lazy<SlicePass> _slices;
    private readonly ActivationSums _activations;
    private readonly GradientTests _tests;
    private readonly ParameterLayout _layout;
    private readonly double[] _losses = new double[BlockEvaluator.BlockSize];
    private readonly byte[] _correct = new byte[BlockEvaluator.BlockSize];
    private readonly RandomStream _random = new(0, StreamPurpose.ExampleSign);
    private readonly Dictionary<int, AlignedVector> _sums = [];
    private int[] _shards = [];

    /// <summary>Allocates the passes.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="examples">Number of training examples that take part, over all shards.</param>
    public ShardCurvature(MlpArchitecture architecture, TrainingData data, int examples)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(data);
        _data = data;
        Examples = examples;
        _pass = new MlpPass(architecture, BlockEvaluator.BlockSize);
        _hessian = new Lazy<HessianPass>(() => new HessianPass(architecture, _pass));
        _slices = new Lazy<SlicePass>(() => new SlicePass(architecture, _pass));
        _activations = new ActivationSums(architecture);
        _layout = architecture.CreateLayout();
        _tests = new GradientTests(_layout);
    }

    /// <summary>Number of training examples that take part, over all shards.</summary>
    public int Examples
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _data.Split.TrainingCount);
            field = value;
        }
    }

    /// <summary>Takes over a set of shards.</summary>
    /// <param name="shards">The shards, ascending.</param>
    public void Assign(ReadOnlySpan<int> shards) => _shards = shards.ToArray();

    /// <summary>Computes the sums of a request.</summary>
    /// <param name="request">The request; its answer is left alone.</param>
    /// <returns>One part for each aligned range of the shards; their vectors are this object's until the next request.</returns>
    public CurvaturePart[] Compute(CurvatureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [.. ShardRange.Cover(_shards).Select(range => Compute(request, range))];
    }

    private CurvaturePart Compute(CurvatureRequest request, ShardRange range)
    {
        var losses = new double[range.Count][];
        var tree = new GradientTree(_data.Shards);
        for (int shard = range.First; shard < range.End; shard++)
        {
            losses[shard - range.First] = new double[request.Points];
            AlignedVector? sum = request.Mean is { } mean ? SumOf(shard, mean.Length) : null;
            if (request is LossRequest points)
            {
                SumLosses(points, shard, losses[shard - range.First]);
            }
            else if (request is ActivationRequest activations)
            {
                SumActivations(activations, shard, losses[shard - range.First]);
            }
            else if (request is GradientTestRequest tests)
            {
                TestSlice(tests, shard, losses[shard - range.First]);
            }
            else
            {
                Sum(request, shard, sum!, losses[shard - range.First]);
                tree.Add(shard, sum!);
            }
        }

        return new CurvaturePart(range, tree.Count > 0 ? tree.Sum() : null, losses);
    }

    private void Sum(CurvatureRequest request, int shard, AlignedVector sum, double[] numbers)
    {
        ReadOnlySpan<int> examples = ExamplesOf(shard);
        if (examples.IsEmpty)
        {
            sum.Clear();
        }

        for (int start = 0; start < examples.Length; start += BlockEvaluator.BlockSize)
        {
            RowBlock block = Gathered(examples, start);
            if (request is HessianProductRequest product)
            {
                _hessian.Value.Multiply(product.Parameters, product.Direction, _data.Targets, block, sum, continues: start > 0);
            }
            else
            {
                AddGradient(request, block, sum, numbers.AsSpan(1), continues: start > 0);
            }

            numbers[0] += SumOf(block.Losses);
        }
    }

    private void AddGradient(CurvatureRequest request, in RowBlock block, AlignedVector sum, Span<double> numbers, bool continues)
    {
        int rows = block.Examples.Length;
        switch (request)
        {
            case GradientRequest plain:
                BackwardErrors(plain.Parameters, block);
                break;
            case GradientMomentsRequest moments:
                BackwardErrors(moments.Parameters, block);
                ExampleGradients.AddSquaredNorms(_pass, _layout.Layers, rows, numbers);
                break;
            case SignedGradientRequest signed:
                BackwardErrors(signed.Parameters, block, signed.Seed, numbers);
                break;
            default:
                throw new ArgumentException($"{request.GetType().Name} asks for no gradient.", nameof(request));
        }

        var whole = new TilePlace(sum.Pointer, isScratch: false);
        var run = new GradientRun { Rows = rows, Start = continues ? whole : default, Target = whole };
        _pass.WeightGradient(&run, 1);
    }

    /// <summary>Forward and backward pass; with a seed each example's error, and so all that follows from it, gets its random sign.</summary>
    private void BackwardErrors(AlignedVector parameters, in RowBlock block, ulong? seed = null, Span<double> signs = default)
    {
        int rows = block.Examples.Length;
        _pass.Forward(parameters, rows);
        _pass.EvaluateLosses(_data.Targets, block.Examples, block.Losses, block.Correct);
        if (seed is { } given)
        {
            int stride = MlpPass.Stride(_layout.Layers[^1].PaddedOutputs);
            AlignedVector errors = _pass.Delta(_layout.Layers.Count - 1);
            for (int r = 0; r < rows; r++)
            {
                _random.Restart(given, StreamPurpose.ExampleSign, block.Examples[r]);
                bool isNegative = (_random.NextBits() & 1) == 1;
                signs[0] += isNegative ? -1 : 1;
                if (isNegative)
                {
                    Span<float> row = errors.Span.Slice(r * stride, stride);
                    TensorPrimitives.Negate(row, row);
                }
            }
        }

        _pass.BackwardErrors(parameters, rows);
    }

    // A slice is one block at most, so that its Gram matrix is small.
    private void TestSlice(GradientTestRequest request, int shard, double[] numbers)
    {
        ReadOnlySpan<int> examples = ExamplesOf(shard);
        if (!examples.IsEmpty)
        {
            RowBlock block = Gathered(examples, start: 0);
            BackwardErrors(request.Parameters, block);
            _tests.Add(_pass, block.Examples.Length, numbers);
        }
    }

    // Block by block on the outside: the first layer's products are taken once for all points.
    private void SumLosses(LossRequest request, int shard, double[] losses)
    {
        ReadOnlySpan<int> examples = ExamplesOf(shard);
        for (int start = 0; start < examples.Length; start += BlockEvaluator.BlockSize)
        {
            RowBlock block = Gathered(examples, start);
            _slices.Value.Open(request, block.Examples.Length);
            for (int point = 0; point < losses.Length; point++)
            {
                _slices.Value.Forward(point);
                _pass.EvaluateLosses(_data.Targets, block.Examples, block.Losses, block.Correct);
                losses[point] += SumOf(block.Losses);
            }
        }
    }

    private void SumActivations(ActivationRequest request, int shard, double[] sums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length, _activations.Count);
        ReadOnlySpan<int> examples = ExamplesOf(shard);
        for (int start = 0; start < examples.Length; start += BlockEvaluator.BlockSize)
        {
            RowBlock block = Gathered(examples, start);
            _activations.Add(request.Parameters, _pass, block.Examples.Length, sums);
        }
    }

    private RowBlock Gathered(ReadOnlySpan<int> examples, int start)
    {
        ReadOnlySpan<int> rows = examples.Slice(start, Math.Min(BlockEvaluator.BlockSize, examples.Length - start));
        Gather.Rows(_data.Dataset.Train, _data.Scaler, rows, _pass.Inputs, _pass.InputStride);
        return new RowBlock(rows, _losses.AsSpan(0, rows.Length), _correct.AsSpan(0, rows.Length));
    }

    private ReadOnlySpan<int> ExamplesOf(int shard)
    {
        int count = (Examples / _data.Shards) + (shard < Examples % _data.Shards ? 1 : 0);
        int[] all = _data.Split.Shards[shard];
        return all.AsSpan(0, Math.Min(count, all.Length));
    }

    private AlignedVector SumOf(int shard, int length)
    {
        if (!_sums.TryGetValue(shard, out AlignedVector? sum))
        {
            _sums[shard] = sum = new AlignedVector(length);
        }

        return sum;
    }

    private static double SumOf(ReadOnlySpan<double> losses)
    {
        double sum = 0;
        foreach (double loss in losses)
        {
            sum += loss;
        }

        return sum;
    }
}

/// <summary>Sums over an aligned range of shards.</summary>
/// <param name="Range">The shards.</param>
/// <param name="Sum">Sum of the vectors, or null if numbers alone were asked for.</param>
/// <param name="Losses">Sums of the losses, or of what is asked for instead [shards, points].</param>
public sealed record CurvaturePart(ShardRange Range, AlignedVector? Sum, double[][] Losses);
