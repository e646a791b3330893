using System.Numerics.Tensors;
using DistSgd.Numerics;

namespace DistSgd.Learning.Models;

/// <summary>Loss of every row of a block of outputs, its gradient with respect to the outputs, and whether the prediction is right.</summary>
/// <remarks>
/// Rows are padded to a multiple of 16 columns. A gradient is that of the row's own loss, not divided by the batch;
/// the padding of the gradient is zero. Sums over the outputs of a row run in ascending order in double precision.
/// </remarks>
public static class Losses
{
    /// <summary>Computes loss and gradient row by row.</summary>
    /// <param name="architecture">Outputs, classes and loss.</param>
    /// <param name="targets">What the rows should give.</param>
    /// <param name="rows">Index of the example of each row.</param>
    /// <param name="stride">Floats of a row with its padding.</param>
    /// <param name="outputs">The outputs on entry, their gradient δ on return.</param>
    /// <param name="scratch">As large as <paramref name="outputs"/>.</param>
    /// <param name="losses">Receives the loss of every row.</param>
    /// <param name="correct">Receives 1 for every row whose predicted class is right, else 0.</param>
    public static void Evaluate(
        MlpArchitecture architecture,
        in Targets targets,
        ReadOnlySpan<int> rows,
        int stride,
        Span<float> outputs,
        Span<float> scratch,
        Span<double> losses,
        Span<byte> correct)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        for (int r = 0; r < rows.Length; r++)
        {
            ReadOnlySpan<float> output = outputs.Slice(r * stride, architecture.Outputs);
            correct[r] = architecture.IsClassifier && Predict(output) == targets.Labels[rows[r]] ? (byte)1 : (byte)0;
        }

        Span<float> z = outputs[..(rows.Length * stride)];
        Span<float> e = scratch[..(rows.Length * stride)];
        switch (architecture.Loss)
        {
            case LossKind.CrossEntropy: CrossEntropy(architecture.Outputs, targets, rows, stride, z, e, losses); break;
            case LossKind.BinaryCrossEntropy: BinaryCrossEntropy(architecture.Outputs, targets, rows, stride, z, e, losses); break;
            case LossKind.Mse: SquaredError(architecture.Outputs, targets, rows, stride, z, losses); break;
            default: throw new ArgumentOutOfRangeException(nameof(architecture), architecture.Loss, "Unknown loss.");
        }
    }

    /// <summary>The class that a row of outputs stands for: the largest output, or the sign of a single logit.</summary>
    /// <param name="output">The outputs of one example, without padding.</param>
    /// <returns>The class; the lowest one among equals.</returns>
    public static int Predict(ReadOnlySpan<float> output) => output.Length == 1 ? (output[0] > 0 ? 1 : 0) : IndexOfLargest(output);

    private static int IndexOfLargest(ReadOnlySpan<float> output)
    {
        int best = 0;
        for (int j = 1; j < output.Length; j++)
        {
            if (output[j] > output[best])
            {
                best = j;
            }
        }

        return best;
    }

    private static void CrossEntropy(
        int outputs, in Targets targets, ReadOnlySpan<int> rows, int stride, Span<float> z, Span<float> e, Span<double> losses)
    {
        // Subtracting the largest logit keeps the exponentials in range; −∞ in the padding becomes 0.
        for (int r = 0; r < rows.Length; r++)
        {
            Span<float> row = z.Slice(r * stride, stride);
            Span<float> shifted = e.Slice(r * stride, stride);
            float largest = row[IndexOfLargest(row[..outputs])];
            for (int j = 0; j < outputs; j++)
            {
                shifted[j] = row[j] - largest;
            }

            shifted[outputs..].Fill(float.NegativeInfinity);
            losses[r] = -(double)shifted[targets.Labels[rows[r]]];
        }

        TensorPrimitives.Exp(e, z);
        for (int r = 0; r < rows.Length; r++)
        {
            Span<float> row = z.Slice(r * stride, outputs);
            double sum = 0;
            foreach (float term in row)
            {
                sum += term;
            }

            losses[r] += PortableMath.Log(sum);
            float normalizer = (float)sum;
            for (int j = 0; j < outputs; j++)
            {
                row[j] /= normalizer;
            }

            row[targets.Labels[rows[r]]] -= 1;
        }
    }

    private static void BinaryCrossEntropy(
        int outputs, in Targets targets, ReadOnlySpan<int> rows, int stride, Span<float> z, Span<float> e, Span<double> losses)
    {
        // With e = exp(−|z|): loss = max(z, 0) − z·t + log(1 + e), σ(z) = 1/(1 + e) or e/(1 + e); nothing overflows.
        TensorPrimitives.Abs(z, e);
        TensorPrimitives.Negate(e, e);
        TensorPrimitives.Exp(e, e);
        for (int r = 0; r < rows.Length; r++)
        {
            Span<float> row = z.Slice(r * stride, stride);
            double loss = 0;
            for (int j = 0; j < outputs; j++)
            {
                float logit = row[j];
                float small = e[(r * stride) + j];
                float target = outputs == 1 ? targets.Labels[rows[r]] : targets.Labels[rows[r]] == j ? 1 : 0;
                loss += (logit > 0 ? logit : 0) - ((double)logit * target) + PortableMath.Log(1 + (double)small);
                float probability = (logit >= 0 ? 1 : small) / (1 + small);
                row[j] = (probability - target) / outputs;
            }

            row[outputs..].Clear();
            losses[r] = loss / outputs;
        }
    }

    private static void SquaredError(
        int outputs, in Targets targets, ReadOnlySpan<int> rows, int stride, Span<float> z, Span<double> losses)
    {
        for (int r = 0; r < rows.Length; r++)
        {
            Span<float> row = z.Slice(r * stride, stride);
            double loss = 0;
            for (int j = 0; j < outputs; j++)
            {
                float target = targets.Values is { } values
                    ? values[(rows[r] * outputs) + j]
                    : targets.Labels[rows[r]] == j ? 1 : 0;
                float error = row[j] - target;
                loss += (double)error * error;
                row[j] = 2 * error / outputs;
            }

            row[outputs..].Clear();
            losses[r] = loss / outputs;
        }
    }
}

/// <summary>What the examples of a set should give: classes, or real values.</summary>
/// <param name="Labels">Class of every example; empty for regression.</param>
/// <param name="Values">Real targets, row-major, one row an example; null for classes.</param>
public readonly record struct Targets(int[] Labels, float[]? Values);
