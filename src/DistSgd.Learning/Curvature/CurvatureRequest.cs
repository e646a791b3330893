using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>
/// Something about the loss that has to be summed over examples, and so over shards, before a method can go on.
/// </summary>
/// <remarks>
/// The methods of this folder are plain loops that hand out requests (<c>yield return</c>) and read the answers when they are resumed. So
/// the same loop runs over one process and over the workers of a cluster, and nothing in it knows which.
/// </remarks>
public abstract class CurvatureRequest
{
    /// <summary>Number of sums that the answer has: one loss a point, or one for each number that is asked for instead.</summary>
    public virtual int Points => 1;

    /// <summary>Where the mean of a vector over the examples goes; null if numbers alone are asked for.</summary>
    public virtual AlignedVector? Mean => null;

    /// <summary>Mean loss at each point, or mean of each number, once answered; for a Hessian product the loss at its parameters.</summary>
    public double[] Losses { get; private set; } = [];

    /// <summary>Mean loss at the first point, once answered.</summary>
    public double Loss => Losses[0];

    internal void Answer(double[] losses) => Losses = losses;
}

/// <summary>Loss and gradient at a point.</summary>
/// <param name="parameters">The point.</param>
/// <param name="gradient">Receives the mean gradient.</param>
public sealed class GradientRequest(AlignedVector parameters, AlignedVector gradient) : CurvatureRequest
{
    /// <summary>The point.</summary>
    public AlignedVector Parameters => parameters;

    /// <inheritdoc/>
    public override AlignedVector Mean => gradient;
}

/// <summary>Product of the Hessian of the mean loss with a vector.</summary>
/// <param name="parameters">The point.</param>
/// <param name="direction">The vector.</param>
/// <param name="product">Receives the product.</param>
public sealed class HessianProductRequest(AlignedVector parameters, AlignedVector direction, AlignedVector product) : CurvatureRequest
{
    /// <summary>The point.</summary>
    public AlignedVector Parameters => parameters;

    /// <summary>The vector.</summary>
    public AlignedVector Direction => direction;

    /// <inheritdoc/>
    public override AlignedVector Mean => product;
}

/// <summary>The loss at points of a line, a plane or a space: origin + Σ coordinateᵢ · directionᵢ.</summary>
/// <param name="origin">The origin.</param>
/// <param name="directions">The directions.</param>
/// <param name="coordinates">One array of coordinates a point.</param>
public sealed class LossRequest(AlignedVector origin, IReadOnlyList<AlignedVector> directions, IReadOnlyList<double[]> coordinates) : CurvatureRequest
{
    /// <summary>The origin.</summary>
    public AlignedVector Origin => origin;

    /// <summary>The directions.</summary>
    public IReadOnlyList<AlignedVector> Directions => directions;

    /// <summary>The coordinates of each point.</summary>
    public IReadOnlyList<double[]> Coordinates => coordinates;

    /// <inheritdoc/>
    public override int Points => coordinates.Count;
}

/// <summary>How the units of every layer respond to the examples; the answer's numbers are those of <see cref="ActivationSums"/>.</summary>
/// <param name="parameters">The point.</param>
/// <param name="numbers">How many they are.</param>
public sealed class ActivationRequest(AlignedVector parameters, int numbers) : CurvatureRequest
{
    /// <summary>The point.</summary>
    public AlignedVector Parameters => parameters;

    /// <inheritdoc/>
    public override int Points => numbers;
}

/// <summary>
/// Mean gradient, and beside the loss the mean squared norm of the single examples' own gradients in each layer: what the exact noise is made of.
/// </summary>
/// <param name="parameters">The point.</param>
/// <param name="gradient">Receives the mean gradient.</param>
/// <param name="layers">Number of layers.</param>
public sealed class GradientMomentsRequest(AlignedVector parameters, AlignedVector gradient, int layers) : CurvatureRequest
{
    /// <summary>The point.</summary>
    public AlignedVector Parameters => parameters;

    /// <inheritdoc/>
    public override int Points => 1 + layers;

    /// <inheritdoc/>
    public override AlignedVector Mean => gradient;
}

/// <summary>
/// Mean of sₙgₙ over the examples, with a random sign sₙ for each that is a function of the seed and the example alone; beside the loss the mean sign.
/// Times √N it is a vector whose second moment is that of the examples' gradients.
/// </summary>
/// <param name="parameters">The point.</param>
/// <param name="gradient">Receives the mean.</param>
/// <param name="seed">Seed of the signs.</param>
public sealed class SignedGradientRequest(AlignedVector parameters, AlignedVector gradient, ulong seed) : CurvatureRequest
{
    /// <summary>The point.</summary>
    public AlignedVector Parameters => parameters;

    /// <summary>Seed of the signs.</summary>
    public ulong Seed => seed;

    /// <inheritdoc/>
    public override int Points => 2;

    /// <inheritdoc/>
    public override AlignedVector Mean => gradient;
}

/// <summary>Tests of the slices that the examples of each shard make; the answer's numbers are those of <see cref="Noise.GradientTests"/>.</summary>
/// <param name="parameters">The point.</param>
public sealed class GradientTestRequest(AlignedVector parameters) : CurvatureRequest
{
    /// <summary>The point.</summary>
    public AlignedVector Parameters => parameters;

    /// <inheritdoc/>
    public override int Points => Noise.GradientTests.Numbers;
}
