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
public sealed unsafe class Momentum(bool nesterov = false) : IGradientTransform
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
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule
    {
        float beta = (float)pass.Context.Momentum;
        if (nesterov)
        {
            pass.Continue(before, new Nesterov(pass.StateOf(_velocity), beta));
        }
        else
        {
            pass.Continue(before, new HeavyBall(pass.StateOf(_velocity), beta));
        }
    }

    private readonly unsafe struct HeavyBall(float* velocity, float beta) : IUpdateRule
    {
        private readonly float* _velocity = velocity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector v = TVector.FusedMultiplyAdd(TVector.Broadcast(beta), TVector.Load(_velocity + index), update);
            v.Store(_velocity + index);
            return v;
        }
    }

    private readonly unsafe struct Nesterov(float* velocity, float beta) : IUpdateRule
    {
        private readonly float* _velocity = velocity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector v = TVector.FusedMultiplyAdd(TVector.Broadcast(beta), TVector.Load(_velocity + index), update);
            v.Store(_velocity + index);
            return TVector.FusedMultiplyAdd(TVector.Broadcast(beta), v, update);
        }
    }
}
