using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>g ← factor · g.</summary>
internal readonly struct Multiply(float factor) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
        where TVector : struct, ISimdVector<TVector> => TVector.Broadcast(factor) * update;
}

/// <summary>g ← g / divisor.</summary>
internal readonly struct Divide(float divisor) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
        where TVector : struct, ISimdVector<TVector> => update / TVector.Broadcast(divisor);
}

/// <summary>g ← g + λθ, rounded once.</summary>
internal readonly struct AddDecay(float decay) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
        where TVector : struct, ISimdVector<TVector> => TVector.FusedMultiplyAdd(TVector.Broadcast(decay), parameter, update);
}

/// <summary>g ← θ + g: the end of a step, where the update becomes the new parameters.</summary>
internal readonly struct AddToParameter : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
        where TVector : struct, ISimdVector<TVector> => parameter + update;
}
