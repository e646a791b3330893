using DistSgd.Learning.Models;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Gradients;

/// <summary>Norms of one mean gradient, whole and by layer; reused from step to step.</summary>
public sealed class GradientMeasurement
{
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

    /// <summary>Measures a gradient.</summary>
    /// <param name="gradient">A flat gradient.</param>
    public void Measure(ReadOnlySpan<float> gradient)
    {
        double total = 0;
        foreach (LayerShape layer in _layers)
        {
            double weight = Reductions.SumOfSquares(gradient.Slice(layer.WeightOffset, layer.WeightLength));
            double bias = Reductions.SumOfSquares(gradient.Slice(layer.BiasOffset, layer.BiasLength));
            WeightNorms[layer.Index] = Math.Sqrt(weight);
            BiasNorms[layer.Index] = Math.Sqrt(bias);
            total += weight + bias;
        }

        Norm = Math.Sqrt(total);
    }
}
