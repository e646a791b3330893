using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Noise;

/// <summary>Norms and inner products of the gradients of single examples, none of which is ever formed.</summary>
/// <remarks>
/// For a linear layer the gradient of example n is the outer product of its input aₙ, with a 1 for the bias, and its output error δₙ. So
/// ‖gₙ‖² = (‖aₙ‖² + 1)·‖δₙ‖² (Goodfellow, Efficient Per-Example Gradient Computations, 2015) and gₙᵀgₘ = (aₙᵀaₘ + 1)·(δₙᵀδₘ). The errors are those
/// of each example's own loss, not divided by the batch; they are in the pass after <see cref="MlpPass.BackwardErrors"/>.
/// </remarks>
internal static class ExampleGradients
{
    /// <summary>Adds the squared norms of the first rows' gradients, layer by layer.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="sums">One sum a layer.</param>
    public static void AddSquaredNorms(MlpPass pass, IReadOnlyList<LayerShape> layers, int rows, Span<double> sums)
    {
        foreach (LayerShape layer in layers)
        {
            for (int row = 0; row < rows; row++)
            {
                sums[layer.Index] += SquaredNorm(pass, layer, row);
            }
        }
    }

    /// <summary>The squared norm of one row's gradient in one layer.</summary>
    public static double SquaredNorm(MlpPass pass, LayerShape layer, int row)
    {
        // Where the error is zero, as of an example that is classified with certainty, the input need not be looked at.
        double error = Reductions.SumOfSquares(Error(pass, layer, row));
        return error == 0 ? 0 : (Reductions.SumOfSquares(Input(pass, layer, row)) + 1) * error;
    }

    /// <summary>The Gram matrix of the first rows' gradients.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="gram">Receives gₙᵀgₘ [rows, rows], row by row.</param>
    public static void Gram(MlpPass pass, IReadOnlyList<LayerShape> layers, int rows, Span<double> gram)
    {
        gram[..(rows * rows)].Clear();
        foreach (LayerShape layer in layers)
        {
            for (int n = 0; n < rows; n++)
            {
                for (int m = 0; m <= n; m++)
                {
                    gram[(n * rows) + m] += (Reductions.Dot(Input(pass, layer, n), Input(pass, layer, m)) + 1)
                        * Reductions.Dot(Error(pass, layer, n), Error(pass, layer, m));
                }
            }
        }

        for (int n = 0; n < rows; n++)
        {
            for (int m = 0; m < n; m++)
            {
                gram[(m * rows) + n] = gram[(n * rows) + m];
            }
        }
    }

    private static ReadOnlySpan<float> Input(MlpPass pass, LayerShape layer, int row) =>
        Row(pass.InputsOf(layer.Index), layer.PaddedInputs, row);

    private static ReadOnlySpan<float> Error(MlpPass pass, LayerShape layer, int row) =>
        Row(pass.Delta(layer.Index), layer.PaddedOutputs, row);

    private static ReadOnlySpan<float> Row(AlignedVector block, int width, int row) => block.Span.Slice(row * MlpPass.Stride(width), width);
}
