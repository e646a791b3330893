using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>Clips every element to [−limit, limit]; NaN stays NaN.</summary>
public sealed class ClipByValue : IGradientTransform
{
    private readonly float _limit;

    /// <summary>Creates the transform.</summary>
    /// <param name="limit">Largest magnitude of an element, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public ClipByValue(double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        _limit = (float)limit;
    }

    /// <inheritdoc/>
    public string Name => "clip_by_value";

    /// <inheritdoc/>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule =>
        pass.Continue(before, new Clip(_limit));

    private readonly struct Clip(float limit) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector upper = TVector.Broadcast(limit);
            TVector lower = TVector.Broadcast(-limit);
            update = TVector.SelectGreater(update, upper, upper, update);
            return TVector.SelectGreater(lower, update, lower, update);
        }
    }
}
