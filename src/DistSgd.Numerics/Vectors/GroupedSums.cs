using System.Runtime.CompilerServices;

namespace DistSgd.Numerics.Vectors;

/// <summary>
/// Sums over long vectors in less than half the time of <see cref="Reductions"/>: eight terms in single precision, then in double
/// precision in 32 virtual lanes. No vector width changes the order.
/// </summary>
/// <remarks>The relative error is below 1e-6 as long as no term leaves the range of single precision.</remarks>
public static unsafe class GroupedSums
{
    /// <summary>Lengths are a multiple of this many floats.</summary>
    public const int LengthMultiple = 8 * Lanes;

    /// <summary>Number of virtual lanes: element i belongs to lane i mod 32.</summary>
    public const int Lanes = 32;

    /// <summary>The largest sum of squares that can be relied on.</summary>
    public const double LargestReliable = 1e36;

    // A square that is no normal float is off by up to 2⁻¹⁴⁹, and a million of them by a millionth of this.
    private const double SmallestReliable = 1e-33;

    // 2⁸⁰ brings every float with too small a square into the range, and rounds nothing; its inverse those with too large a one.
    private const float TinyScale = (float)(1L << 40) * (1L << 40);

    /// <summary>Σ xᵢ², in a second pass with scaled elements where single precision cannot hold the squares.</summary>
    /// <param name="x">The vector; its length is a multiple of <see cref="LengthMultiple"/>.</param>
    /// <returns>The squared Euclidean norm; NaN or infinite exactly if an element is, 0 if all are below 1e-23.</returns>
    /// <exception cref="ArgumentException">The length is no such multiple.</exception>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        double sum = Sum<Square>(x, 1);
        return IsReliable(sum) ? sum
            : sum < SmallestReliable ? Sum<Square>(x, TinyScale) / TinyScale / TinyScale
            : Sum<Square>(x, 1 / TinyScale) * TinyScale * TinyScale;
    }

    /// <summary>Σ |xᵢ|.</summary>
    /// <param name="x">The vector; its length is a multiple of <see cref="LengthMultiple"/>.</param>
    /// <returns>The sum of magnitudes; infinite if eight of them are beyond single precision.</returns>
    /// <exception cref="ArgumentException">The length is no such multiple.</exception>
    public static double SumOfMagnitudes(ReadOnlySpan<float> x) => Sum<Magnitude>(x, 1);

    /// <summary>Σ (xᵢ − yᵢ)².</summary>
    /// <param name="x">A vector; its length is a multiple of <see cref="LengthMultiple"/>.</param>
    /// <param name="y">Another one, as long.</param>
    /// <returns>The squared distance; differences below 1e-19 count as none.</returns>
    /// <exception cref="ArgumentException">The length is no such multiple, or they differ in length.</exception>
    public static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Length % LengthMultiple != 0 || x.Length != y.Length)
        {
            throw new ArgumentException($"The lengths {x.Length} and {y.Length} are not the same multiple of {LengthMultiple}.", nameof(x));
        }

        double* lanes = stackalloc double[Lanes];
        new Span<double>(lanes, Lanes).Clear();
        fixed (float* p = x, q = y)
        {
            switch (VectorPath.Bits)
            {
                case 512: AddSquaredDifferences<SimdPair<Simd512>>(p, q, x.Length, lanes); break;
                case 256: AddSquaredDifferences<SimdPair<Simd256>>(p, q, x.Length, lanes); break;
                default: AddSquaredDifferences<SimdPair<Simd128>>(p, q, x.Length, lanes); break;
            }
        }

        return Reductions.Join(lanes, Lanes);
    }

    /// <summary>Whether a sum of squares can be relied on.</summary>
    /// <param name="sum">The sum.</param>
    /// <returns>False if it has to be taken again by <see cref="SumOfSquares"/>; also for NaN.</returns>
    public static bool IsReliable(double sum) => sum is 0 or (>= SmallestReliable and <= LargestReliable);

    /// <summary>Adds x² for every element.</summary>
    /// <param name="x">First element.</param>
    /// <param name="length">Number of elements, a multiple of <see cref="LengthMultiple"/>.</param>
    /// <param name="sums">The sums of the lanes, to be joined with <see cref="Reductions.Join"/>.</param>
    public static void AddSquares(float* x, int length, double* sums) => Add<Square>(x, length, 1, sums);

    private static double Sum<TTerm>(ReadOnlySpan<float> x, float scale)
        where TTerm : struct, ITerm
    {
        double* lanes = stackalloc double[Lanes];
        new Span<double>(lanes, Lanes).Clear();
        fixed (float* p = x)
        {
            Add<TTerm>(p, x.Length, scale, lanes);
        }

        return Reductions.Join(lanes, Lanes);
    }

    private static void Add<TTerm>(float* x, int length, float scale, double* sums)
        where TTerm : struct, ITerm
    {
        if (length % LengthMultiple != 0)
        {
            throw new ArgumentException($"The length {length} is not a multiple of {LengthMultiple}.", nameof(length));
        }

        switch (VectorPath.Bits)
        {
            case 512: Add<TTerm, SimdPair<Simd512>>(x, length, scale, sums); break;
            case 256: Add<TTerm, SimdPair<Simd256>>(x, length, scale, sums); break;
            default: Add<TTerm, SimdPair<Simd128>>(x, length, scale, sums); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TTerm, TVector>(float* x, int length, float scale, double* sums)
        where TTerm : struct, ITerm
        where TVector : struct, ISimdVector<TVector>
    {
        TVector factor = TVector.Broadcast(scale);
        for (float* end = x + length; x < end; x += LengthMultiple)
        {
            for (int j = 0; j < Lanes; j += TVector.Count)
            {
                TVector sum = TVector.Broadcast(0);
                for (int i = j; i < LengthMultiple; i += Lanes)
                {
                    sum = TTerm.Add(factor * TVector.Load(x + i), sum);
                }

                sum.AddTo(sums + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSquaredDifferences<TVector>(float* x, float* y, int length, double* sums)
        where TVector : struct, ISimdVector<TVector>
    {
        for (int start = 0; start < length; start += LengthMultiple)
        {
            for (int j = start; j < start + Lanes; j += TVector.Count)
            {
                TVector sum = TVector.Broadcast(0);
                for (int i = j; i < start + LengthMultiple; i += Lanes)
                {
                    TVector difference = TVector.Load(x + i) - TVector.Load(y + i);
                    sum = TVector.FusedMultiplyAdd(difference, difference, sum);
                }

                sum.AddTo(sums + j - start);
            }
        }
    }

    private interface ITerm
    {
        static abstract TVector Add<TVector>(TVector x, TVector sum)
            where TVector : struct, ISimdVector<TVector>;
    }

    private readonly struct Square : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TVector>(TVector x, TVector sum)
            where TVector : struct, ISimdVector<TVector> => TVector.FusedMultiplyAdd(x, x, sum);
    }

    private readonly struct Magnitude : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TVector>(TVector x, TVector sum)
            where TVector : struct, ISimdVector<TVector> => sum + TVector.Abs(x);
    }
}
