using System.Runtime.CompilerServices;

namespace DistSgd.Numerics.Vectors;

/// <summary>An in-place operation on the corresponding elements of two vectors.</summary>
public interface IElementwise
{
    /// <summary>Updates the lanes; an argument that keeps its value is stored back unchanged.</summary>
    /// <typeparam name="TVector">The vector type of the path.</typeparam>
    /// <param name="x">Lanes of the first vector.</param>
    /// <param name="y">Lanes of the second vector.</param>
    void Apply<TVector>(ref TVector x, ref TVector y)
        where TVector : struct, ISimdVector<TVector>;
}

/// <summary>
/// Drives element-wise operations over whole vectors: one body for all vector widths.
/// </summary>
/// <remarks>All lengths are multiples of <see cref="Memory.AlignedVector.LengthMultiple"/>, so there is no scalar tail.</remarks>
public static unsafe class Elementwise
{
    /// <summary>Applies an operation to every pair of elements.</summary>
    /// <typeparam name="TOperation">The operation, a struct that carries its scalars.</typeparam>
    /// <param name="operation">The operation.</param>
    /// <param name="x">First vector, updated in place.</param>
    /// <param name="y">Second vector of the same length, updated in place.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no multiples of the widest vector.</exception>
    public static void Run<TOperation>(TOperation operation, Span<float> x, Span<float> y)
        where TOperation : struct, IElementwise
    {
        RequireWholeVectors(x.Length);
        RequireSameLength(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            switch (VectorPath.Bits)
            {
                case 512: Loop<TOperation, Simd512>(operation, px, py, x.Length); break;
                case 256: Loop<TOperation, Simd256>(operation, px, py, x.Length); break;
                default: Loop<TOperation, Simd128>(operation, px, py, x.Length); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TOperation, TVector>(TOperation operation, float* x, float* y, int length)
        where TOperation : struct, IElementwise
        where TVector : struct, ISimdVector<TVector>
    {
        for (int i = 0; i < length; i += TVector.Count)
        {
            TVector vx = TVector.Load(x + i);
            TVector vy = TVector.Load(y + i);
            operation.Apply(ref vx, ref vy);
            vx.Store(x + i);
            vy.Store(y + i);
        }
    }

    private static void RequireWholeVectors(int length)
    {
        if (length % Memory.AlignedVector.LengthMultiple != 0)
        {
            throw new ArgumentException($"The length {length} is not a multiple of {Memory.AlignedVector.LengthMultiple}.");
        }
    }

    private static void RequireSameLength(int expected, int found)
    {
        if (expected != found)
        {
            throw new ArgumentException($"The vectors have {expected} and {found} elements; the lengths must agree.");
        }
    }
}
