using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistSgd.Numerics.Memory;

namespace DistSgd.Numerics.Vectors;

/// <summary>
/// Sums over a vector in an order that no vector width changes: 16 virtual lanes in double precision, element i in lane i mod 16,
/// joined at the end by a fixed tree (lane i with i + 8, then + 4, + 2, + 1).
/// </summary>
public static unsafe class Reductions
{
    private const int VirtualLanes = AlignedVector.LengthMultiple;

    /// <summary>Σ xᵢ², which is NaN or infinite exactly if an element is: the square of the largest float is far from the limit of double.</summary>
    /// <param name="x">The vector; its length is a multiple of 16.</param>
    /// <returns>The squared Euclidean norm.</returns>
    /// <exception cref="ArgumentException">The length is not a multiple of 16.</exception>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        double* lanes = stackalloc double[VirtualLanes];
        Accumulate<Product>(x, x, lanes);
        return Join(lanes, VirtualLanes);
    }

    /// <summary>Σ xᵢyᵢ.</summary>
    /// <param name="x">First vector; its length is a multiple of 16.</param>
    /// <param name="y">Second vector of the same length.</param>
    /// <returns>The inner product.</returns>
    /// <exception cref="ArgumentException">The lengths differ or are no multiples of 16.</exception>
    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double* lanes = stackalloc double[VirtualLanes];
        Accumulate<Product>(x, y, lanes);
        return Join(lanes, VirtualLanes);
    }

    /// <summary>Σ |xᵢ|.</summary>
    /// <param name="x">The vector; its length is a multiple of 16.</param>
    /// <returns>The sum of magnitudes.</returns>
    /// <exception cref="ArgumentException">The length is not a multiple of 16.</exception>
    public static double SumOfMagnitudes(ReadOnlySpan<float> x)
    {
        double* lanes = stackalloc double[VirtualLanes];
        Accumulate<Magnitude>(x, x, lanes);
        return Join(lanes, VirtualLanes);
    }

    /// <summary>Joins the sums of lanes in a fixed tree: i with i + half, and so on.</summary>
    /// <param name="lanes">The sums, overwritten.</param>
    /// <param name="count">Their number, a power of two.</param>
    /// <returns>The sum of all lanes.</returns>
    public static double Join(double* lanes, int count)
    {
        for (int width = count / 2; width > 0; width /= 2)
        {
            for (int i = 0; i < width; i++)
            {
                lanes[i] += lanes[i + width];
            }
        }

        return lanes[0];
    }

    private static void Accumulate<TTerm>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, double* lanes)
        where TTerm : struct, ITerm
    {
        if (x.Length % VirtualLanes != 0)
        {
            throw new ArgumentException($"The length {x.Length} is not a multiple of {VirtualLanes}.", nameof(x));
        }

        if (y.Length != x.Length)
        {
            throw new ArgumentException($"The vectors have {x.Length} and {y.Length} elements; the lengths must agree.", nameof(y));
        }

        fixed (float* p = x, q = y)
        {
            switch (VectorPath.Bits)
            {
                case 512: Accumulate512<TTerm>(p, q, x.Length, lanes); break;
                case 256: Accumulate256<TTerm>(p, q, x.Length, lanes); break;
                default: Accumulate128<TTerm>(p, q, x.Length, lanes); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate512<TTerm>(float* x, float* y, int length, double* lanes)
        where TTerm : struct, ITerm
    {
        Vector512<double> s0 = Vector512<double>.Zero, s1 = s0;
        for (int i = 0; i < length; i += VirtualLanes)
        {
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(Vector512.Load(x + i));
            (Vector512<double> otherLower, Vector512<double> otherUpper) = Vector512.Widen(Vector512.Load(y + i));
            s0 = TTerm.Add(lower, otherLower, s0);
            s1 = TTerm.Add(upper, otherUpper, s1);
        }

        s0.Store(lanes);
        s1.Store(lanes + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate256<TTerm>(float* x, float* y, int length, double* lanes)
        where TTerm : struct, ITerm
    {
        Vector256<double> s0 = Vector256<double>.Zero, s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < length; i += VirtualLanes)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Load(x + i));
            (Vector256<double> c, Vector256<double> d) = Vector256.Widen(Vector256.Load(x + i + 8));
            (Vector256<double> e, Vector256<double> f) = Vector256.Widen(Vector256.Load(y + i));
            (Vector256<double> g, Vector256<double> h) = Vector256.Widen(Vector256.Load(y + i + 8));
            s0 = TTerm.Add(a, e, s0);
            s1 = TTerm.Add(b, f, s1);
            s2 = TTerm.Add(c, g, s2);
            s3 = TTerm.Add(d, h, s3);
        }

        s0.Store(lanes);
        s1.Store(lanes + 4);
        s2.Store(lanes + 8);
        s3.Store(lanes + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate128<TTerm>(float* x, float* y, int length, double* lanes)
        where TTerm : struct, ITerm
    {
        // Two passes of eight lanes each keep the accumulators in registers; the lanes do not interact.
        for (int half = 0; half < VirtualLanes; half += 8)
        {
            Vector128<double> s0 = Vector128<double>.Zero, s1 = s0, s2 = s0, s3 = s0;
            for (int i = half; i < length; i += VirtualLanes)
            {
                (Vector128<double> a, Vector128<double> b) = Vector128.Widen(Vector128.Load(x + i));
                (Vector128<double> c, Vector128<double> d) = Vector128.Widen(Vector128.Load(x + i + 4));
                (Vector128<double> e, Vector128<double> f) = Vector128.Widen(Vector128.Load(y + i));
                (Vector128<double> g, Vector128<double> h) = Vector128.Widen(Vector128.Load(y + i + 4));
                s0 = TTerm.Add(a, e, s0);
                s1 = TTerm.Add(b, f, s1);
                s2 = TTerm.Add(c, g, s2);
                s3 = TTerm.Add(d, h, s3);
            }

            s0.Store(lanes + half);
            s1.Store(lanes + half + 2);
            s2.Store(lanes + half + 4);
            s3.Store(lanes + half + 6);
        }
    }

    private interface ITerm
    {
        static abstract Vector512<double> Add(Vector512<double> x, Vector512<double> y, Vector512<double> sum);

        static abstract Vector256<double> Add(Vector256<double> x, Vector256<double> y, Vector256<double> sum);

        static abstract Vector128<double> Add(Vector128<double> x, Vector128<double> y, Vector128<double> sum);
    }

    // The product of two floats is exact in double, so a fused and an unfused addition give the same bits.
    private readonly struct Product : ITerm
    {
        public static Vector512<double> Add(Vector512<double> x, Vector512<double> y, Vector512<double> sum) => (x * y) + sum;

        public static Vector256<double> Add(Vector256<double> x, Vector256<double> y, Vector256<double> sum) => (x * y) + sum;

        public static Vector128<double> Add(Vector128<double> x, Vector128<double> y, Vector128<double> sum) => (x * y) + sum;
    }

    private readonly struct Magnitude : ITerm
    {
        public static Vector512<double> Add(Vector512<double> x, Vector512<double> y, Vector512<double> sum) => Vector512.Abs(x) + sum;

        public static Vector256<double> Add(Vector256<double> x, Vector256<double> y, Vector256<double> sum) => Vector256.Abs(x) + sum;

        public static Vector128<double> Add(Vector128<double> x, Vector128<double> y, Vector128<double> sum) => Vector128.Abs(x) + sum;
    }
}
