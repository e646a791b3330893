using System.Diagnostics;
using System.Runtime.CompilerServices;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Benchmarks.Layers;

/// <summary>Fused multiply-adds without memory, in twelve independent chains: what no kernel of this vector width can exceed.</summary>
internal sealed unsafe class FmaPeak : IContender
{
    /// <summary>Floating-point operations of one step.</summary>
    public static readonly double OperationsOfStep = 2.0 * Chains * Repetitions * (VectorPath.Bits / 32);

    private const int Chains = 12;
    private const int Repetitions = 2000;

    private readonly float[] _result = new float[64];

    /// <inheritdoc/>
    public string Name => "FMA peak";

    /// <inheritdoc/>
    public double Run(int steps)
    {
        long start = Stopwatch.GetTimestamp();
        fixed (float* result = _result)
        {
            for (int i = 0; i < steps; i++)
            {
                switch (VectorPath.Bits)
                {
                    case 512: Multiply<Simd512>(result); break;
                    case 256: Multiply<Simd256>(result); break;
                    default: Multiply<Simd128>(result); break;
                }
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TVector>(float* result)
        where TVector : struct, ISimdVector<TVector>
    {
        TVector x = TVector.Broadcast(1e-3f), y = TVector.Broadcast(0.999f);
        TVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < Repetitions; n++)
        {
            a = TVector.FusedMultiplyAdd(a, y, x);
            b = TVector.FusedMultiplyAdd(b, y, x);
            c = TVector.FusedMultiplyAdd(c, y, x);
            d = TVector.FusedMultiplyAdd(d, y, x);
            e = TVector.FusedMultiplyAdd(e, y, x);
            f = TVector.FusedMultiplyAdd(f, y, x);
            g = TVector.FusedMultiplyAdd(g, y, x);
            h = TVector.FusedMultiplyAdd(h, y, x);
            i = TVector.FusedMultiplyAdd(i, y, x);
            j = TVector.FusedMultiplyAdd(j, y, x);
            k = TVector.FusedMultiplyAdd(k, y, x);
            l = TVector.FusedMultiplyAdd(l, y, x);
        }

        (a + b + c + d + e + f + g + h + i + j + k + l).Store(result);
    }
}
