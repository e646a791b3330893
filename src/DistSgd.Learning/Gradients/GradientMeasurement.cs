using System.Numerics;
using System.Numerics.Tensors;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Gradients;

/// <summary>Norms of one mean gradient, whole and by layer; reused from step to step.</summary>
public sealed class GradientMeasurement
{
    /// <summary>Floats of a part that stays in the first-level cache; part of the contract, because squares are summed part by part.</summary>
    private const int PartLength = 4096;

    private readonly LayerShape[] _layers;

    /// <summary>Allocates the measurement of a layout.</summary>
    /// <param name="layout">The layout.</param>
    public GradientMeasurement(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _layers = [.. layout.Layers];
        WeightNorms = new double[_layers.Length];
        BiasNorms = new double[_layers.Length];
    }

    /// <summary>Euclidean norm of the whole gradient.</summary>
    public double Norm { get; private set; }

    /// <summary>Norm of the weight gradient of each layer.</summary>
    public double[] WeightNorms { get; }

    /// <summary>Norm of the bias gradient of each layer.</summary>
    public double[] BiasNorms { get; }

    /// <summary>Divides a sum of gradients by its number of examples and measures the mean.</summary>
    /// <param name="sum">A flat gradient, the sum on entry, the mean on return.</param>
    /// <param name="examples">Number of examples, at least 1.</param>
    public void DivideAndMeasure(Span<float> sum, int examples)
    {
        double total = 0;
        foreach (LayerShape layer in _layers)
        {
            double weight = DivideAndSquare(sum.Slice(layer.WeightOffset, layer.WeightLength), examples);
            double bias = DivideAndSquare(sum.Slice(layer.BiasOffset, layer.BiasLength), examples);
            WeightNorms[layer.Index] = Math.Sqrt(weight);
            BiasNorms[layer.Index] = Math.Sqrt(bias);
            total += weight + bias;
        }

        Norm = Math.Sqrt(total);
    }

    private static double DivideAndSquare(Span<float> x, int examples)
    {
        double squares = 0;
        for (int start = 0; start < x.Length; start += PartLength)
        {
            Span<float> part = x.Slice(start, Math.Min(PartLength, x.Length - start));
            if (BitOperations.IsPow2(examples))
            {
                TensorPrimitives.Multiply(part, 1f / examples, part); // the bits of the division, which takes several times as long
            }
            else
            {
                TensorPrimitives.Divide(part, examples, part);
            }

            squares += Reductions.SumOfSquares(part);
        }

        return squares;
    }
}
