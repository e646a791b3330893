using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Gradients;

/// <summary>Norms of one mean gradient, whole and by layer; reused from step to step.</summary>
/// <remarks>They are taken from the sum over the examples and then divided, so the gradient itself need not be.</remarks>
public sealed unsafe class GradientMeasurement
{
    /// <summary>Floats of a part that stays in the first-level cache with its siblings: whole groups of <see cref="GroupedSums"/>.</summary>
    private const int PartLength = 2048;

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

    /// <summary>Sums the nodes of a tree and measures their mean over the examples, in one pass over memory.</summary>
    /// <param name="tree">The nodes, at least one.</param>
    /// <param name="examples">Number of examples, at least 1.</param>
    /// <returns>The sum.</returns>
    public AlignedVector SumAndMeasure(GradientTree tree, int examples)
    {
        ArgumentNullException.ThrowIfNull(tree);
        double total = 0;
        foreach (LayerShape layer in _layers)
        {
            double weight = SumAndSquareWeight(tree, layer);
            tree.Sum(layer.BiasOffset, layer.BiasLength);
            double bias = Reductions.SumOfSquares(tree.Root.Span.Slice(layer.BiasOffset, layer.BiasLength));
            WeightNorms[layer.Index] = Math.Sqrt(weight) / examples;
            BiasNorms[layer.Index] = Math.Sqrt(bias) / examples;
            total += weight + bias;
        }

        Norm = Math.Sqrt(total) / examples;
        return tree.Root;
    }

    private static double SumAndSquareWeight(GradientTree tree, LayerShape layer)
    {
        double* lanes = stackalloc double[GroupedSums.Lanes];
        new Span<double>(lanes, GroupedSums.Lanes).Clear();
        for (int start = 0; start < layer.WeightLength; start += PartLength)
        {
            int length = Math.Min(PartLength, layer.WeightLength - start);
            tree.Sum(layer.WeightOffset + start, length);
            GroupedSums.AddSquares(tree.Root.Pointer + layer.WeightOffset + start, length, lanes);
        }

        double squares = Reductions.Join(lanes, GroupedSums.Lanes);
        return GroupedSums.IsReliable(squares)
            ? squares
            : GroupedSums.SumOfSquares(tree.Root.Span.Slice(layer.WeightOffset, layer.WeightLength));
    }
}
