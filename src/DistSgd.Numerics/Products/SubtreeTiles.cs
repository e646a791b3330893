using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Products;

/// <summary>
/// The micro-kernel for a complete subtree of two or four slices of a few rows each, whose sums never leave the registers: for slices so
/// short, moving them to memory and back takes longer than computing them.
/// </summary>
/// <remarks>With a pair of vectors 24 registers are accumulators, so it suits 32 registers. Bits are those of <see cref="GradientTiles{TVector}"/>.</remarks>
/// <typeparam name="TVector">A vector type, or a pair of one.</typeparam>
internal static unsafe class SubtreeTiles<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>Four inputs of a subtree.</summary>
    /// <param name="t">The tile.</param>
    /// <param name="runs">The runs of the slices, whole and side by side.</param>
    /// <param name="count">Their number, 2 or 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4(in GradientTile t, GradientRun* runs, int count)
    {
        nint ar = t.ARow, dr = t.DRow, row = t.Row;
        TVector zero = TVector.Broadcast(0);
        TVector c0 = zero, c1 = zero, c2 = zero, c3 = zero, e0 = zero, e1 = zero, e2 = zero, e3 = zero;
        float* a = t.A + (runs->FirstRow * ar);
        float* d = t.D + (runs->FirstRow * dr);
        GradientRun* last = runs + count - 1;
        for (GradientRun* run = runs; ; run++)
        {
            TVector f0 = zero, f1 = zero, f2 = zero, f3 = zero;
            for (int n = run->Rows; n > 0; n--, a += ar, d += dr)
            {
                TVector x = TVector.Load(d);
                f0.AddProduct(TVector.LoadBroadcast(a), x);
                f1.AddProduct(TVector.LoadBroadcast(a + 1), x);
                f2.AddProduct(TVector.LoadBroadcast(a + 2), x);
                f3.AddProduct(TVector.LoadBroadcast(a + 3), x);
            }

            float* squares = run->Squares + t.Column;
            TVector s = TVector.Load(squares);
            s = TVector.FusedMultiplyAdd(f0, f0, s);
            s = TVector.FusedMultiplyAdd(f1, f1, s);
            s = TVector.FusedMultiplyAdd(f2, f2, s);
            TVector.FusedMultiplyAdd(f3, f3, s).Store(squares);
            // c has the first slice or pair, e the left slice of the second pair.
            switch (run - runs)
            {
                case 0:
                    (c0, c1, c2, c3) = (f0, f1, f2, f3);
                    break;
                case 2:
                    (e0, e1, e2, e3) = (f0, f1, f2, f3);
                    break;
                case 3:
                    f0 += e0;
                    f1 += e1;
                    f2 += e2;
                    f3 += e3;
                    goto default;
                default:
                    c0 += f0;
                    c1 += f1;
                    c2 += f2;
                    c3 += f3;
                    break;
            }

            if (run == last)
            {
                break;
            }
        }

        for (TilePlace* sum = last->Sums + (count / 2); sum < last->SumsEnd; sum++)
        {
            float* p = sum->At(t.Offset);
            c0 += TVector.Load(p);
            c1 += TVector.Load(p += row);
            c2 += TVector.Load(p += row);
            c3 += TVector.Load(p + row);
        }

        float* c = last->Target.At(t.Offset);
        c0.Store(c);
        c1.Store(c += row);
        c2.Store(c += row);
        c3.Store(c + row);
    }
}
