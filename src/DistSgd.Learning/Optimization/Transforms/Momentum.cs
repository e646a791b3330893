using System.Runtime.CompilerServices;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>
/// Momentum v ← βv + g, passed on as v (heavy ball, Polyak 1964) or as g + βv with the new velocity (Nesterov 1983).
/// </summary>
/// <remarks>
/// PyTorch's definitions with dampening 0: the first velocity is g. The Nesterov form is the usual one for gradients taken at the
/// parameters themselves (Sutskever et al. 2013); seen as a look-ahead it takes the gradient at θ − ηβv, where some texts write θ − βv.
/// β is <see cref="UpdateContext.Momentum"/>, so that it can follow a schedule.
/// After an adaptive rule the velocity collects rescaled gradients, as in PyTorch's RMSprop.
/// </remarks>
/// <param name="nesterov">Whether to pass on g + βv instead of v.</param>
public sealed class Momentum(bool nesterov = false) : IGradientTransform
{
    private AlignedVector _velocity = new(0);

    /// <inheritdoc/>
    public string Name => nesterov ? "nesterov_momentum" : "momentum";

    /// <summary>The velocity v as <c>momentum</c>.</summary>
    public IReadOnlyList<OptimizerSlot> Slots { get; private set; } = [];

    /// <inheritdoc/>
    public void Init(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _velocity = new AlignedVector(layout.Length);
        Slots = [new OptimizerSlot("momentum", _velocity)];
    }

    /// <inheritdoc/>
    public void Update(in UpdateContext context, Span<float> update, Span<float> parameters, int offset)
    {
        float beta = (float)context.Momentum;
        if (nesterov)
        {
            Elementwise.Run(new Nesterov(beta), update, _velocity.Span.Slice(offset, update.Length));
        }
        else
        {
            Elementwise.Run(new HeavyBall(beta), update, _velocity.Span.Slice(offset, update.Length));
        }
    }

    private readonly struct HeavyBall(float beta) : IElementwise2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector update, ref TVector velocity)
            where TVector : struct, ISimdVector<TVector>
        {
            velocity = TVector.FusedMultiplyAdd(TVector.Broadcast(beta), velocity, update);
            update = velocity;
        }
    }

    private readonly struct Nesterov(float beta) : IElementwise2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector update, ref TVector velocity)
            where TVector : struct, ISimdVector<TVector>
        {
            velocity = TVector.FusedMultiplyAdd(TVector.Broadcast(beta), velocity, update);
            update = TVector.FusedMultiplyAdd(TVector.Broadcast(beta), velocity, update);
        }
    }
}
