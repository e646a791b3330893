using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>Scales the whole gradient g to limit · g / ‖g‖ if ‖g‖ is above the limit; its direction stays (Pascanu et al. 2013).</summary>
/// <remarks>
/// ‖g‖ is <see cref="UpdateContext.GradientNorm"/>, not measured again: this must be the first link of its chain.
/// PyTorch's <c>clip_grad_norm_</c> divides by ‖g‖ + 1e-6 instead. A NaN norm leaves the gradient alone.
/// </remarks>
public sealed class ClipByGlobalNorm : IGradientTransform
{
    private readonly double _limit;

    /// <summary>Creates the transform.</summary>
    /// <param name="limit">Largest Euclidean norm of the gradient over all layers, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public ClipByGlobalNorm(double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        _limit = limit;
    }

    /// <inheritdoc/>
    public string Name => "clip_by_global_norm";

    /// <inheritdoc/>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule
    {
        double limit = Math.Min(_limit, pass.Context.ClipNorm);
        if (pass.Context.GradientNorm > limit)
        {
            pass.Continue(before, new Multiply((float)(limit / pass.Context.GradientNorm)));
        }
        else
        {
            pass.Continue(before);
        }
    }
}
