using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>
/// Decoupled weight decay: adds λθ to the direction that the update rule gave, just before the scaling by −η,
/// so that the parameters shrink by 1 − ηλ whatever the gradients were (Loshchilov and Hutter 2019).
/// </summary>
/// <remarks>The decay follows the learning rate's schedule, as in PyTorch's AdamW, and acts on weights and biases alike.</remarks>
public sealed class AddDecoupledWeightDecay : IGradientTransform
{
    private readonly float _decay;

    /// <summary>Creates the transform.</summary>
    /// <param name="decay">λ, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">λ is negative.</exception>
    public AddDecoupledWeightDecay(double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        _decay = (float)decay;
    }

    /// <inheritdoc/>
    public string Name => "add_decoupled_weight_decay";

    /// <inheritdoc/>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule =>
        pass.Continue(before, new AddDecay(_decay));
}
