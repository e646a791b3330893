using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Products;

/// <summary>Operands of one register tile of C = init + A·B.</summary>
internal unsafe struct ProductTile
{
    /// <summary>First element of A, row-major.</summary>
    public float* A;

    /// <summary>Floats from one row of A to the next.</summary>
    public nint ARow;

    /// <summary>First row of B: <c>TVector.Count</c> columns of a panel.</summary>
    public float* B;

    /// <summary>Floats from one row of B to the next.</summary>
    public nint BRow;

    /// <summary>Where the sums start: a row of biases, the same for all rows of the tile.</summary>
    public float* Init;

    /// <summary>First row of C.</summary>
    public float* C;

    /// <summary>Floats from one row of C to the next.</summary>
    public nint CRow;

    /// <summary>Number of products in each sum.</summary>
    public nint Depth;
}

/// <summary>
/// Micro-kernels of C = init + A·B: some rows of C, one vector (or pair) wide, stay in registers while k runs from 0 to the depth.
/// </summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds in ascending k, whatever the tile or the vector width: this is what makes
/// the bits independent of both. With pairs, 8 rows suit 32 vector registers and 6 rows suit 16.
/// </remarks>
/// <typeparam name="TVector">A vector type, or a pair of one.</typeparam>
internal static unsafe class ProductTiles<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8(in ProductTile t)
    {
        TVector c0 = TVector.Load(t.Init), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
        nint ar = t.ARow, br = t.BRow, depth = t.Depth;
        float* a0 = t.A, a1 = a0 + ar, a2 = a1 + ar, a3 = a2 + ar, a4 = a3 + ar, a5 = a4 + ar, a6 = a5 + ar, a7 = a6 + ar;
        float* b = t.B;
        for (nint k = 0; k < depth; k++, b += br)
        {
            TVector x = TVector.Load(b);
            c0.AddProduct(TVector.LoadBroadcast(a0 + k), x);
            c1.AddProduct(TVector.LoadBroadcast(a1 + k), x);
            c2.AddProduct(TVector.LoadBroadcast(a2 + k), x);
            c3.AddProduct(TVector.LoadBroadcast(a3 + k), x);
            c4.AddProduct(TVector.LoadBroadcast(a4 + k), x);
            c5.AddProduct(TVector.LoadBroadcast(a5 + k), x);
            c6.AddProduct(TVector.LoadBroadcast(a6 + k), x);
            c7.AddProduct(TVector.LoadBroadcast(a7 + k), x);
        }

        float* c = t.C;
        nint cr = t.CRow;
        c0.Store(c);
        c1.Store(c += cr);
        c2.Store(c += cr);
        c3.Store(c += cr);
        c4.Store(c += cr);
        c5.Store(c += cr);
        c6.Store(c += cr);
        c7.Store(c + cr);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6(in ProductTile t)
    {
        TVector c0 = TVector.Load(t.Init), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
        nint ar = t.ARow, br = t.BRow, depth = t.Depth;
        float* a0 = t.A, a1 = a0 + ar, a2 = a1 + ar, a3 = a2 + ar, a4 = a3 + ar, a5 = a4 + ar;
        float* b = t.B;
        for (nint k = 0; k < depth; k++, b += br)
        {
            TVector x = TVector.Load(b);
            c0.AddProduct(TVector.LoadBroadcast(a0 + k), x);
            c1.AddProduct(TVector.LoadBroadcast(a1 + k), x);
            c2.AddProduct(TVector.LoadBroadcast(a2 + k), x);
            c3.AddProduct(TVector.LoadBroadcast(a3 + k), x);
            c4.AddProduct(TVector.LoadBroadcast(a4 + k), x);
            c5.AddProduct(TVector.LoadBroadcast(a5 + k), x);
        }

        float* c = t.C;
        nint cr = t.CRow;
        c0.Store(c);
        c1.Store(c += cr);
        c2.Store(c += cr);
        c3.Store(c += cr);
        c4.Store(c += cr);
        c5.Store(c + cr);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4(in ProductTile t)
    {
        TVector c0 = TVector.Load(t.Init), c1 = c0, c2 = c0, c3 = c0;
        nint ar = t.ARow, br = t.BRow, depth = t.Depth;
        float* a0 = t.A, a1 = a0 + ar, a2 = a1 + ar, a3 = a2 + ar;
        float* b = t.B;
        for (nint k = 0; k < depth; k++, b += br)
        {
            TVector x = TVector.Load(b);
            c0.AddProduct(TVector.LoadBroadcast(a0 + k), x);
            c1.AddProduct(TVector.LoadBroadcast(a1 + k), x);
            c2.AddProduct(TVector.LoadBroadcast(a2 + k), x);
            c3.AddProduct(TVector.LoadBroadcast(a3 + k), x);
        }

        float* c = t.C;
        nint cr = t.CRow;
        c0.Store(c);
        c1.Store(c += cr);
        c2.Store(c += cr);
        c3.Store(c + cr);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1(in ProductTile t)
    {
        TVector c0 = TVector.Load(t.Init);
        nint br = t.BRow, depth = t.Depth;
        float* a = t.A;
        float* b = t.B;
        for (nint k = 0; k < depth; k++, b += br)
        {
            c0.AddProduct(TVector.LoadBroadcast(a + k), TVector.Load(b));
        }

        c0.Store(t.C);
    }
}
