using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Noise;

/// <summary>
/// The noise of the gradient over a whole set of examples, without sampling: G, tr Σ and B_simple, whole and layer by layer. One gradient over the set,
/// with the norms of the single gradients taken on the way.
/// </summary>
/// <param name="layout">Layout of the parameters.</param>
/// <param name="parameters">The point.</param>
/// <param name="examples">Number of examples that take part, at least 2.</param>
public sealed class ExactNoise(ParameterLayout layout, AlignedVector parameters, int examples)
{
    /// <summary>The mean gradient G.</summary>
    public AlignedVector Gradient { get; } = new(layout.Length);

    /// <summary>Mean loss.</summary>
    public double Loss { get; private set; }

    /// <summary>tr Σ and ‖G‖² of each layer.</summary>
    public IReadOnlyList<GradientNoise> Layers { get; private set; } = [];

    /// <summary>tr Σ and ‖G‖² of all parameters.</summary>
    public GradientNoise Whole => new(Layers.Sum(layer => layer.Trace), Layers.Sum(layer => layer.SquaredNorm));

    /// <summary>Measures.</summary>
    /// <returns>The one request that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 2);
        var moments = new GradientMomentsRequest(parameters, Gradient, layout.Layers.Count);
        yield return moments;
        Loss = moments.Loss;
        Layers =
        [
            .. layout.Layers.Select(layer =>
            {
                double squared = Reductions.SumOfSquares(Gradient.Span.Slice(layer.WeightOffset, layer.WeightLength + layer.BiasLength));
                double trace = (moments.Losses[1 + layer.Index] - squared) * examples / (examples - 1);
                return new GradientNoise(Math.Max(0, trace), squared);
            }),
        ];
    }
}

/// <summary>How much a gradient is noise and how much is signal.</summary>
/// <param name="Trace">tr Σ, the summed variance of one example's gradient.</param>
/// <param name="SquaredNorm">‖G‖² of the mean gradient.</param>
public readonly record struct GradientNoise(double Trace, double SquaredNorm)
{
    /// <summary>B_simple = tr Σ/‖G‖², in examples; infinite where the gradient is zero.</summary>
    public double Scale => SquaredNorm > 0 ? Trace / SquaredNorm : double.PositiveInfinity;

    /// <summary>Relative variance of a batch's gradient, E‖g − G‖²/‖G‖²: B_simple/B, less what drawing without replacement saves.</summary>
    /// <param name="batch">Examples of the batch.</param>
    /// <param name="examples">Examples that it is drawn from.</param>
    /// <returns>The relative variance.</returns>
    public double RelativeVariance(int batch, int examples) => Scale / batch * ((double)(examples - batch) / examples);
}
