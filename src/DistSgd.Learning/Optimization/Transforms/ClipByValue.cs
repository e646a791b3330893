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
    public void Update(in UpdateContext context, Span<float> update, Span<float> parameters, int offset) =>
        Elementwise.Run(new Clip(_limit), update);

    private readonly struct Clip(float limit) : IElementwise1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector x)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector upper = TVector.Broadcast(limit);
            TVector lower = TVector.Broadcast(-limit);
            x = TVector.SelectGreater(x, upper, upper, x);
            x = TVector.SelectGreater(lower, x, lower, x);
        }
    }
}
