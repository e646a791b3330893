using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>Coupled weight decay: adds λθ to the gradient before the update rule, as PyTorch does, on weights and biases alike.</summary>
/// <remarks>For plain SGD this is the gradient of the penalty ½λ‖θ‖²; an adaptive rule rescales it with the rest.</remarks>
public sealed class AddWeightDecay : IGradientTransform
{
    private readonly float _decay;

    /// <summary>Creates the transform.</summary>
    /// <param name="decay">λ, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">λ is negative.</exception>
    public AddWeightDecay(double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        _decay = (float)decay;
    }

    /// <inheritdoc/>
    public string Name => "add_weight_decay";

    /// <inheritdoc/>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule =>
        pass.Continue(before, new AddDecay(_decay));
}
