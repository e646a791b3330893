using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Products;

/// <summary>
/// Micro-kernels of the weight gradient. A tile stays in registers while the examples of a run are summed; then its squares are taken,
/// the sums it completes are added, and only the result is stored.
/// </summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds over ascending examples, so neither tile nor vector width changes a bit.
/// Squares are summed by column of the panel over ascending inputs, in single precision between two calls of <see cref="PassSquaresOn"/>.
/// </remarks>
/// <typeparam name="TVector">A vector type, or a pair of one.</typeparam>
internal static unsafe class GradientTiles<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8(in GradientTile t, GradientRun* run)
    {
        nint ar = t.ARow, dr = t.DRow, row = t.Row;
        TVector c0 = TVector.Broadcast(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
        if (run->Start.Exists)
        {
            float* p = run->Start.At(t.Offset);
            c0 = TVector.Load(p);
            c1 = TVector.Load(p += row);
            c2 = TVector.Load(p += row);
            c3 = TVector.Load(p += row);
            c4 = TVector.Load(p += row);
            c5 = TVector.Load(p += row);
            c6 = TVector.Load(p += row);
            c7 = TVector.Load(p + row);
        }

        float* a = t.A + (run->FirstRow * ar);
        float* d = t.D + (run->FirstRow * dr);
        for (int n = run->Rows; n > 0; n--, a += ar, d += dr)
        {
            TVector x = TVector.Load(d);
            c0.AddProduct(TVector.LoadBroadcast(a), x);
            c1.AddProduct(TVector.LoadBroadcast(a + 1), x);
            c2.AddProduct(TVector.LoadBroadcast(a + 2), x);
            c3.AddProduct(TVector.LoadBroadcast(a + 3), x);
            c4.AddProduct(TVector.LoadBroadcast(a + 4), x);
            c5.AddProduct(TVector.LoadBroadcast(a + 5), x);
            c6.AddProduct(TVector.LoadBroadcast(a + 6), x);
            c7.AddProduct(TVector.LoadBroadcast(a + 7), x);
        }

        if (run->Squares != null)
        {
            float* squares = run->Squares + t.Column;
            TVector s = TVector.Load(squares);
            s = TVector.FusedMultiplyAdd(c0, c0, s);
            s = TVector.FusedMultiplyAdd(c1, c1, s);
            s = TVector.FusedMultiplyAdd(c2, c2, s);
            s = TVector.FusedMultiplyAdd(c3, c3, s);
            s = TVector.FusedMultiplyAdd(c4, c4, s);
            s = TVector.FusedMultiplyAdd(c5, c5, s);
            s = TVector.FusedMultiplyAdd(c6, c6, s);
            TVector.FusedMultiplyAdd(c7, c7, s).Store(squares);
            for (TilePlace* sum = run->Sums; sum < run->SumsEnd; sum++)
            {
                float* p = sum->At(t.Offset);
                c0 += TVector.Load(p);
                c1 += TVector.Load(p += row);
                c2 += TVector.Load(p += row);
                c3 += TVector.Load(p += row);
                c4 += TVector.Load(p += row);
                c5 += TVector.Load(p += row);
                c6 += TVector.Load(p += row);
                c7 += TVector.Load(p + row);
            }
        }

        float* c = run->Target.At(t.Offset);
        c0.Store(c);
        c1.Store(c += row);
        c2.Store(c += row);
        c3.Store(c += row);
        c4.Store(c += row);
        c5.Store(c += row);
        c6.Store(c += row);
        c7.Store(c + row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6(in GradientTile t, GradientRun* run)
    {
        nint ar = t.ARow, dr = t.DRow, row = t.Row;
        TVector c0 = TVector.Broadcast(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
        if (run->Start.Exists)
        {
            float* p = run->Start.At(t.Offset);
            c0 = TVector.Load(p);
            c1 = TVector.Load(p += row);
            c2 = TVector.Load(p += row);
            c3 = TVector.Load(p += row);
            c4 = TVector.Load(p += row);
            c5 = TVector.Load(p + row);
        }

        float* a = t.A + (run->FirstRow * ar);
        float* d = t.D + (run->FirstRow * dr);
        for (int n = run->Rows; n > 0; n--, a += ar, d += dr)
        {
            TVector x = TVector.Load(d);
            c0.AddProduct(TVector.LoadBroadcast(a), x);
            c1.AddProduct(TVector.LoadBroadcast(a + 1), x);
            c2.AddProduct(TVector.LoadBroadcast(a + 2), x);
            c3.AddProduct(TVector.LoadBroadcast(a + 3), x);
            c4.AddProduct(TVector.LoadBroadcast(a + 4), x);
            c5.AddProduct(TVector.LoadBroadcast(a + 5), x);
        }

        if (run->Squares != null)
        {
            float* squares = run->Squares + t.Column;
            TVector s = TVector.Load(squares);
            s = TVector.FusedMultiplyAdd(c0, c0, s);
            s = TVector.FusedMultiplyAdd(c1, c1, s);
            s = TVector.FusedMultiplyAdd(c2, c2, s);
            s = TVector.FusedMultiplyAdd(c3, c3, s);
            s = TVector.FusedMultiplyAdd(c4, c4, s);
            TVector.FusedMultiplyAdd(c5, c5, s).Store(squares);
            for (TilePlace* sum = run->Sums; sum < run->SumsEnd; sum++)
            {
                float* p = sum->At(t.Offset);
                c0 += TVector.Load(p);
                c1 += TVector.Load(p += row);
                c2 += TVector.Load(p += row);
                c3 += TVector.Load(p += row);
                c4 += TVector.Load(p += row);
                c5 += TVector.Load(p + row);
            }
        }

        float* c = run->Target.At(t.Offset);
        c0.Store(c);
        c1.Store(c += row);
        c2.Store(c += row);
        c3.Store(c += row);
        c4.Store(c += row);
        c5.Store(c + row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4(in GradientTile t, GradientRun* run)
    {
        nint ar = t.ARow, dr = t.DRow, row = t.Row;
        TVector c0 = TVector.Broadcast(0), c1 = c0, c2 = c0, c3 = c0;
        if (run->Start.Exists)
        {
            float* p = run->Start.At(t.Offset);
            c0 = TVector.Load(p);
            c1 = TVector.Load(p += row);
            c2 = TVector.Load(p += row);
            c3 = TVector.Load(p + row);
        }

        float* a = t.A + (run->FirstRow * ar);
        float* d = t.D + (run->FirstRow * dr);
        for (int n = run->Rows; n > 0; n--, a += ar, d += dr)
        {
            TVector x = TVector.Load(d);
            c0.AddProduct(TVector.LoadBroadcast(a), x);
            c1.AddProduct(TVector.LoadBroadcast(a + 1), x);
            c2.AddProduct(TVector.LoadBroadcast(a + 2), x);
            c3.AddProduct(TVector.LoadBroadcast(a + 3), x);
        }

        if (run->Squares != null)
        {
            float* squares = run->Squares + t.Column;
            TVector s = TVector.Load(squares);
            s = TVector.FusedMultiplyAdd(c0, c0, s);
            s = TVector.FusedMultiplyAdd(c1, c1, s);
            s = TVector.FusedMultiplyAdd(c2, c2, s);
            TVector.FusedMultiplyAdd(c3, c3, s).Store(squares);
            for (TilePlace* sum = run->Sums; sum < run->SumsEnd; sum++)
            {
                float* p = sum->At(t.Offset);
                c0 += TVector.Load(p);
                c1 += TVector.Load(p += row);
                c2 += TVector.Load(p += row);
                c3 += TVector.Load(p + row);
            }
        }

        float* c = run->Target.At(t.Offset);
        c0.Store(c);
        c1.Store(c += row);
        c2.Store(c += row);
        c3.Store(c + row);
    }

    /// <summary>The bias gradient: one row, whose input is 1 for every example.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Bias(in GradientTile t, GradientRun* run)
    {
        TVector c = run->Start.Exists ? TVector.Load(run->Start.At(t.Offset)) : TVector.Broadcast(0);
        float* d = t.D + (run->FirstRow * t.DRow);
        for (int n = run->Rows; n > 0; n--, d += t.DRow)
        {
            c += TVector.Load(d);
        }

        if (run->Squares != null)
        {
            (c * c).AddTo(run->SquareSums + t.Column);
            for (TilePlace* sum = run->Sums; sum < run->SumsEnd; sum++)
            {
                c += TVector.Load(sum->At(t.Offset));
            }
        }

        c.Store(run->Target.At(t.Offset));
    }

    /// <summary>Adds the squares that the finished slices have collected in single precision to their sums in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PassSquaresOn(GradientRun* runs, GradientRun* end, int column)
    {
        for (GradientRun* run = runs; run < end; run++)
        {
            if (run->Squares != null)
            {
                TVector.Load(run->Squares + column).AddTo(run->SquareSums + column);
                TVector.Broadcast(0).Store(run->Squares + column);
            }
        }
    }
}
