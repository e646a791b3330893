using System.Runtime.CompilerServices;
using DistSgd.Numerics.Memory;

namespace DistSgd.Numerics.Vectors;

/// <summary>The sum of two vectors, checked while it is written, so that no second pass over memory has to look for NaN.</summary>
public static unsafe class CheckedSum
{
    /// <summary>Writes x + y.</summary>
    /// <param name="x">First vector; its length is a multiple of 16.</param>
    /// <param name="y">Second vector of the same length.</param>
    /// <param name="sum">Receives the sum; of the same length.</param>
    /// <returns>True if every element of the sum is finite.</returns>
    /// <exception cref="ArgumentException">The lengths differ or are no multiples of 16.</exception>
    public static bool Write(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> sum)
    {
        if (x.Length != y.Length || x.Length != sum.Length || x.Length % AlignedVector.LengthMultiple != 0)
        {
            throw new ArgumentException(
                $"The vectors have {x.Length}, {y.Length} and {sum.Length} elements; expected one length, a multiple of 16.");
        }

        fixed (float* px = x, py = y, ps = sum)
        {
            return VectorPath.Bits switch
            {
                512 => Write<Simd512>(px, py, ps, x.Length),
                256 => Write<Simd256>(px, py, ps, x.Length),
                _ => Write<Simd128>(px, py, ps, x.Length),
            };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Write<TVector>(float* x, float* y, float* sum, int length)
        where TVector : struct, ISimdVector<TVector>
    {
        // 0 · s is 0 for every finite s and NaN for all others, and NaN stays.
        TVector zero = TVector.Broadcast(0);
        TVector check = zero;
        for (int i = 0; i < length; i += TVector.Count)
        {
            TVector s = TVector.Load(x + i) + TVector.Load(y + i);
            s.Store(sum + i);
            check = TVector.FusedMultiplyAdd(s, zero, check);
        }

        float* lanes = stackalloc float[AlignedVector.LengthMultiple];
        check.Store(lanes);
        return !new ReadOnlySpan<float>(lanes, TVector.Count).Contains(float.NaN);
    }
}
