using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Evaluation;

/// <summary>
/// Evaluates a part of the data in fixed blocks, which any worker may compute; sums over blocks in their order do not depend on who did.
/// </summary>
public sealed unsafe class BlockEvaluator
{
    /// <summary>Examples of one block; a constant of the determinism contract, because losses are summed block by block.</summary>
    public const int BlockSize = 256;

    private readonly MlpPass _pass;
    private readonly FeatureScaler _scaler;
    private readonly double[] _losses = new double[BlockSize];
    private readonly byte[] _correct = new byte[BlockSize];

    /// <summary>Allocates an evaluator.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="scaler">Scaling of the features.</param>
    public BlockEvaluator(MlpArchitecture architecture, FeatureScaler scaler)
    {
        _pass = new MlpPass(architecture, BlockSize);
        _scaler = scaler;
    }

    /// <summary>Number of blocks of a part.</summary>
    /// <param name="examples">Number of examples.</param>
    /// <returns>The number of blocks; the last one may be smaller.</returns>
    public static int BlockCount(int examples) => (examples + BlockSize - 1) / BlockSize;

    /// <summary>Evaluates one block.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="set">The examples.</param>
    /// <param name="indices">Indices of the part in its fixed order.</param>
    /// <param name="block">Which block.</param>
    /// <returns>Sum of the losses, and number of right classes.</returns>
    public BlockResult Evaluate(AlignedVector parameters, Examples set, ReadOnlySpan<int> indices, int block)
    {
        ArgumentNullException.ThrowIfNull(set);
        ReadOnlySpan<int> rows = Rows(indices, block);
        Predict(parameters, set, rows);
        _pass.EvaluateLosses(new Targets(set.Labels, set.Targets), rows, _losses, _correct);
        var result = default(BlockResult);
        for (int r = 0; r < rows.Length; r++)
        {
            result = new BlockResult(result.LossSum + _losses[r], result.Correct + _correct[r]);
        }

        return result;
    }

    /// <summary>Computes the outputs of up to <see cref="BlockSize"/> examples, to be read with <see cref="Output"/>.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="set">The examples.</param>
    /// <param name="rows">Their indices.</param>
    public void Predict(AlignedVector parameters, Examples set, ReadOnlySpan<int> rows)
    {
        Gather.Rows(set, _scaler, rows, _pass.Inputs, _pass.InputStride);
        _pass.Forward(parameters, rows.Length);
    }

    /// <summary>The outputs of one row after <see cref="Predict"/>.</summary>
    /// <param name="row">The row.</param>
    /// <returns>Logits or predicted values.</returns>
    public ReadOnlySpan<float> Output(int row) => _pass.Output(row);

    /// <summary>Evaluates all blocks of a part in order.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="set">The examples.</param>
    /// <param name="indices">Indices of the part in its fixed order.</param>
    /// <returns>Mean loss and accuracy.</returns>
    public EvaluationResult EvaluateAll(AlignedVector parameters, Examples set, ReadOnlySpan<int> indices)
    {
        var total = default(BlockResult);
        for (int block = 0; block < BlockCount(indices.Length); block++)
        {
            total += Evaluate(parameters, set, indices, block);
        }

        return EvaluationResult.From(total, indices.Length);
    }

    private static ReadOnlySpan<int> Rows(ReadOnlySpan<int> indices, int block)
    {
        int start = block * BlockSize;
        return indices.Slice(start, Math.Min(BlockSize, indices.Length - start));
    }
}

/// <summary>Sums over one block of examples.</summary>
/// <param name="LossSum">Sum of the losses.</param>
/// <param name="Correct">Number of examples whose predicted class is right.</param>
public readonly record struct BlockResult(double LossSum, int Correct)
{
    /// <summary>Adds the sums of the next block.</summary>
    public static BlockResult operator +(BlockResult left, BlockResult right) =>
        new(left.LossSum + right.LossSum, left.Correct + right.Correct);
}

/// <summary>What an evaluation found.</summary>
/// <param name="Loss">Mean loss.</param>
/// <param name="Accuracy">Fraction of right classes; 0 for regression.</param>
/// <param name="Examples">Number of examples.</param>
public readonly record struct EvaluationResult(double Loss, double Accuracy, int Examples)
{
    /// <summary>Divides sums by the number of examples.</summary>
    /// <param name="total">The sums.</param>
    /// <param name="examples">The number of examples; with 0 the result is NaN.</param>
    /// <returns>The means.</returns>
    public static EvaluationResult From(BlockResult total, int examples) =>
        new(total.LossSum / examples, (double)total.Correct / examples, examples);
}
