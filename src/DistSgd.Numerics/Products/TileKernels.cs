using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Products;

/// <summary>
/// Operands of one register tile: C = init + A·B with A of any two strides, so that A and Aᵀ need no copy.
/// </summary>
internal unsafe struct TileOperands
{
    /// <summary>First element of A; element (r, k) lies at A[r·ARow + k·AStep].</summary>
    public float* A;
    public nint ARow;
    public nint AStep;

    /// <summary>First row of B; element (k, j) lies at B[k·BStep + j].</summary>
    public float* B;
    public nint BStep;

    /// <summary>Where the sums start: C itself to accumulate, a bias row (InitRow 0), or a row of zeros.</summary>
    public float* Init;
    public nint InitRow;

    /// <summary>First row of C.</summary>
    public float* C;
    public nint CRow;

    /// <summary>Number of products in each sum.</summary>
    public nint Depth;
}

/// <summary>
/// Micro-kernels: a tile of rows × one or two vectors of C stays in registers while k runs from 0 to Depth.
/// </summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds in ascending k, whatever the tile or the vector width: this is what makes
/// the bits independent of both. 8 × 2 tiles suit 32 vector registers, 6 × 2 tiles suit 16.
/// </remarks>
/// <typeparam name="TVector">The vector type of the path.</typeparam>
internal static unsafe class TileKernels<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8x2(in TileOperands t)
    {
        int w = TVector.Count;
        float* i = t.Init;
        nint ir = t.InitRow;
        TVector c00 = TVector.Load(i), c01 = TVector.Load(i + w);
        i += ir;
        TVector c10 = TVector.Load(i), c11 = TVector.Load(i + w);
        i += ir;
        TVector c20 = TVector.Load(i), c21 = TVector.Load(i + w);
        i += ir;
        TVector c30 = TVector.Load(i), c31 = TVector.Load(i + w);
        i += ir;
        TVector c40 = TVector.Load(i), c41 = TVector.Load(i + w);
        i += ir;
        TVector c50 = TVector.Load(i), c51 = TVector.Load(i + w);
        i += ir;
        TVector c60 = TVector.Load(i), c61 = TVector.Load(i + w);
        i += ir;
        TVector c70 = TVector.Load(i), c71 = TVector.Load(i + w);

        nint ar = t.ARow, step = t.AStep, bStep = t.BStep;
        float* a0 = t.A, a1 = a0 + ar, a2 = a1 + ar, a3 = a2 + ar, a4 = a3 + ar, a5 = a4 + ar, a6 = a5 + ar, a7 = a6 + ar;
        float* b = t.B;
        nint end = t.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector b0 = TVector.Load(b), b1 = TVector.Load(b + w);
            b += bStep;
            TVector x = TVector.Broadcast(a0[k]);
            c00 = TVector.FusedMultiplyAdd(x, b0, c00);
            c01 = TVector.FusedMultiplyAdd(x, b1, c01);
            x = TVector.Broadcast(a1[k]);
            c10 = TVector.FusedMultiplyAdd(x, b0, c10);
            c11 = TVector.FusedMultiplyAdd(x, b1, c11);
            x = TVector.Broadcast(a2[k]);
            c20 = TVector.FusedMultiplyAdd(x, b0, c20);
            c21 = TVector.FusedMultiplyAdd(x, b1, c21);
            x = TVector.Broadcast(a3[k]);
            c30 = TVector.FusedMultiplyAdd(x, b0, c30);
            c31 = TVector.FusedMultiplyAdd(x, b1, c31);
            x = TVector.Broadcast(a4[k]);
            c40 = TVector.FusedMultiplyAdd(x, b0, c40);
            c41 = TVector.FusedMultiplyAdd(x, b1, c41);
            x = TVector.Broadcast(a5[k]);
            c50 = TVector.FusedMultiplyAdd(x, b0, c50);
            c51 = TVector.FusedMultiplyAdd(x, b1, c51);
            x = TVector.Broadcast(a6[k]);
            c60 = TVector.FusedMultiplyAdd(x, b0, c60);
            c61 = TVector.FusedMultiplyAdd(x, b1, c61);
            x = TVector.Broadcast(a7[k]);
            c70 = TVector.FusedMultiplyAdd(x, b0, c70);
            c71 = TVector.FusedMultiplyAdd(x, b1, c71);
        }

        float* c = t.C;
        nint cr = t.CRow;
        c00.Store(c);
        c01.Store(c + w);
        c += cr;
        c10.Store(c);
        c11.Store(c + w);
        c += cr;
        c20.Store(c);
        c21.Store(c + w);
        c += cr;
        c30.Store(c);
        c31.Store(c + w);
        c += cr;
        c40.Store(c);
        c41.Store(c + w);
        c += cr;
        c50.Store(c);
        c51.Store(c + w);
        c += cr;
        c60.Store(c);
        c61.Store(c + w);
        c += cr;
        c70.Store(c);
        c71.Store(c + w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6x2(in TileOperands t)
    {
        int w = TVector.Count;
        float* i = t.Init;
        nint ir = t.InitRow;
        TVector c00 = TVector.Load(i), c01 = TVector.Load(i + w);
        i += ir;
        TVector c10 = TVector.Load(i), c11 = TVector.Load(i + w);
        i += ir;
        TVector c20 = TVector.Load(i), c21 = TVector.Load(i + w);
        i += ir;
        TVector c30 = TVector.Load(i), c31 = TVector.Load(i + w);
        i += ir;
        TVector c40 = TVector.Load(i), c41 = TVector.Load(i + w);
        i += ir;
        TVector c50 = TVector.Load(i), c51 = TVector.Load(i + w);

        nint ar = t.ARow, step = t.AStep, bStep = t.BStep;
        float* a0 = t.A, a1 = a0 + ar, a2 = a1 + ar, a3 = a2 + ar, a4 = a3 + ar, a5 = a4 + ar;
        float* b = t.B;
        nint end = t.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector b0 = TVector.Load(b), b1 = TVector.Load(b + w);
            b += bStep;
            TVector x = TVector.Broadcast(a0[k]);
            c00 = TVector.FusedMultiplyAdd(x, b0, c00);
            c01 = TVector.FusedMultiplyAdd(x, b1, c01);
            x = TVector.Broadcast(a1[k]);
            c10 = TVector.FusedMultiplyAdd(x, b0, c10);
            c11 = TVector.FusedMultiplyAdd(x, b1, c11);
            x = TVector.Broadcast(a2[k]);
            c20 = TVector.FusedMultiplyAdd(x, b0, c20);
            c21 = TVector.FusedMultiplyAdd(x, b1, c21);
            x = TVector.Broadcast(a3[k]);
            c30 = TVector.FusedMultiplyAdd(x, b0, c30);
            c31 = TVector.FusedMultiplyAdd(x, b1, c31);
            x = TVector.Broadcast(a4[k]);
            c40 = TVector.FusedMultiplyAdd(x, b0, c40);
            c41 = TVector.FusedMultiplyAdd(x, b1, c41);
            x = TVector.Broadcast(a5[k]);
            c50 = TVector.FusedMultiplyAdd(x, b0, c50);
            c51 = TVector.FusedMultiplyAdd(x, b1, c51);
        }

        float* c = t.C;
        nint cr = t.CRow;
        c00.Store(c);
        c01.Store(c + w);
        c += cr;
        c10.Store(c);
        c11.Store(c + w);
        c += cr;
        c20.Store(c);
        c21.Store(c + w);
        c += cr;
        c30.Store(c);
        c31.Store(c + w);
        c += cr;
        c40.Store(c);
        c41.Store(c + w);
        c += cr;
        c50.Store(c);
        c51.Store(c + w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x2(in TileOperands t)
    {
        int w = TVector.Count;
        float* i = t.Init;
        nint ir = t.InitRow;
        TVector c00 = TVector.Load(i), c01 = TVector.Load(i + w);
        i += ir;
        TVector c10 = TVector.Load(i), c11 = TVector.Load(i + w);
        i += ir;
        TVector c20 = TVector.Load(i), c21 = TVector.Load(i + w);
        i += ir;
        TVector c30 = TVector.Load(i), c31 = TVector.Load(i + w);

        nint ar = t.ARow, step = t.AStep, bStep = t.BStep;
        float* a0 = t.A, a1 = a0 + ar, a2 = a1 + ar, a3 = a2 + ar;
        float* b = t.B;
        nint end = t.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector b0 = TVector.Load(b), b1 = TVector.Load(b + w);
            b += bStep;
            TVector x = TVector.Broadcast(a0[k]);
            c00 = TVector.FusedMultiplyAdd(x, b0, c00);
            c01 = TVector.FusedMultiplyAdd(x, b1, c01);
            x = TVector.Broadcast(a1[k]);
            c10 = TVector.FusedMultiplyAdd(x, b0, c10);
            c11 = TVector.FusedMultiplyAdd(x, b1, c11);
            x = TVector.Broadcast(a2[k]);
            c20 = TVector.FusedMultiplyAdd(x, b0, c20);
            c21 = TVector.FusedMultiplyAdd(x, b1, c21);
            x = TVector.Broadcast(a3[k]);
            c30 = TVector.FusedMultiplyAdd(x, b0, c30);
            c31 = TVector.FusedMultiplyAdd(x, b1, c31);
        }

        float* c = t.C;
        nint cr = t.CRow;
        c00.Store(c);
        c01.Store(c + w);
        c += cr;
        c10.Store(c);
        c11.Store(c + w);
        c += cr;
        c20.Store(c);
        c21.Store(c + w);
        c += cr;
        c30.Store(c);
        c31.Store(c + w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1x2(in TileOperands t)
    {
        int w = TVector.Count;
        TVector c0 = TVector.Load(t.Init), c1 = TVector.Load(t.Init + w);
        nint step = t.AStep, bStep = t.BStep;
        float* a = t.A;
        float* b = t.B;
        nint end = t.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector x = TVector.Broadcast(a[k]);
            c0 = TVector.FusedMultiplyAdd(x, TVector.Load(b), c0);
            c1 = TVector.FusedMultiplyAdd(x, TVector.Load(b + w), c1);
            b += bStep;
        }

        c0.Store(t.C);
        c1.Store(t.C + w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x1(in TileOperands t)
    {
        float* i = t.Init;
        nint ir = t.InitRow;
        TVector c0 = TVector.Load(i), c1 = TVector.Load(i + ir), c2 = TVector.Load(i + (2 * ir)), c3 = TVector.Load(i + (3 * ir));
        nint ar = t.ARow, step = t.AStep, bStep = t.BStep;
        float* a0 = t.A, a1 = a0 + ar, a2 = a1 + ar, a3 = a2 + ar;
        float* b = t.B;
        nint end = t.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector b0 = TVector.Load(b);
            b += bStep;
            c0 = TVector.FusedMultiplyAdd(TVector.Broadcast(a0[k]), b0, c0);
            c1 = TVector.FusedMultiplyAdd(TVector.Broadcast(a1[k]), b0, c1);
            c2 = TVector.FusedMultiplyAdd(TVector.Broadcast(a2[k]), b0, c2);
            c3 = TVector.FusedMultiplyAdd(TVector.Broadcast(a3[k]), b0, c3);
        }

        float* c = t.C;
        nint cr = t.CRow;
        c0.Store(c);
        c1.Store(c + cr);
        c2.Store(c + (2 * cr));
        c3.Store(c + (3 * cr));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1x1(in TileOperands t)
    {
        TVector c0 = TVector.Load(t.Init);
        nint step = t.AStep, bStep = t.BStep;
        float* a = t.A;
        float* b = t.B;
        nint end = t.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            c0 = TVector.FusedMultiplyAdd(TVector.Broadcast(a[k]), TVector.Load(b), c0);
            b += bStep;
        }

        c0.Store(t.C);
    }
}
