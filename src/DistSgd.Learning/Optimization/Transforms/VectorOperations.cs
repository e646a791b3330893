using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>x ← factor · x.</summary>
internal readonly struct Scale(float factor) : IElementwise1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TVector>(ref TVector x)
        where TVector : struct, ISimdVector<TVector> => x *= TVector.Broadcast(factor);
}

/// <summary>x ← x + factor · y, rounded once.</summary>
internal readonly struct AddScaled(float factor) : IElementwise2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TVector>(ref TVector x, ref TVector y)
        where TVector : struct, ISimdVector<TVector> => x = TVector.FusedMultiplyAdd(TVector.Broadcast(factor), y, x);
}
