using DistSgd.Numerics.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

/// <summary>Every operation of every width against the scalar operation; the widths work without their hardware too.</summary>
public sealed unsafe class SimdVectorTests
{
    private static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, 0.1f, -3.7f, float.Epsilon, -float.Epsilon, 1.1754942e-38f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1.0000001f, 16777216f,
    ];

    private delegate TVector Operation<TVector>(TVector x, TVector y, TVector z);

    [Fact]
    public void Every_operation_of_128_bits_acts_like_the_scalar_one_on_each_lane() => CheckAll<Simd128>(lanes: 4);

    [Fact]
    public void Every_operation_of_256_bits_acts_like_the_scalar_one_on_each_lane() => CheckAll<Simd256>(lanes: 8);

    [Fact]
    public void Every_operation_of_512_bits_acts_like_the_scalar_one_on_each_lane() => CheckAll<Simd512>(lanes: 16);

    private static void CheckAll<TVector>(int lanes)
        where TVector : struct, ISimdVector<TVector>
    {
        TVector.Count.ShouldBe(lanes);
        Check<TVector>("+", (x, y, _) => x + y, (x, y, _) => x + y);
        Check<TVector>("-", (x, y, _) => x - y, (x, y, _) => x - y);
        Check<TVector>("*", (x, y, _) => x * y, (x, y, _) => x * y);
        Check<TVector>("/", (x, y, _) => x / y, (x, y, _) => x / y);
        Check<TVector>("fused", TVector.FusedMultiplyAdd, MathF.FusedMultiplyAdd);
        Check<TVector>("root", (x, _, _) => TVector.Sqrt(x), (x, _, _) => MathF.Sqrt(x));
        Check<TVector>("magnitude", (x, _, _) => TVector.Abs(x), (x, _, _) => MathF.Abs(x));
        Check<TVector>("choice", (x, y, z) => TVector.SelectGreater(x, y, z, x), (x, y, z) => x > y ? z : x);
        Check<TVector>("broadcast", (_, _, _) => TVector.Broadcast(0.1f), (_, _, _) => 0.1f);
    }

    private static void Check<TVector>(string name, Operation<TVector> vector, Func<float, float, float, float> scalar)
        where TVector : struct, ISimdVector<TVector>
    {
        int n = Special.Length;
        var expected = new float[n];
        var actual = new float[n];
        for (int shift = 0; shift < n * n; shift++)
        {
            float[] x = RandomFloats.Draw((ulong)shift, n);
            float[] y = [.. Enumerable.Range(0, n).Select(i => Special[(i + shift) % n])];
            float[] z = [.. Enumerable.Range(0, n).Select(i => Special[(i + (shift / n)) % n])];
            float[][] orders = [x, y, z];
            for (int order = 0; order < 3; order++)
            {
                (float[] a, float[] b, float[] c) = (orders[order], orders[(order + 1) % 3], orders[(order + 2) % 3]);
                fixed (float* pa = a, pb = b, pc = c, result = actual)
                {
                    for (int i = 0; i < n; i += TVector.Count)
                    {
                        vector(TVector.Load(pa + i), TVector.Load(pb + i), TVector.Load(pc + i)).Store(result + i);
                    }
                }

                for (int i = 0; i < n; i++)
                {
                    expected[i] = scalar(a[i], b[i], c[i]);
                }

                actual.ShouldBeBits(expected, $"{name} of {typeof(TVector).Name}");
            }
        }
    }
}
