using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

public sealed unsafe class LoadBytesTests
{
    [Fact]
    public void Every_byte_becomes_its_float_on_512_bits() => EveryByteBecomesItsFloat<Simd512>();

    [Fact]
    public void Every_byte_becomes_its_float_on_256_bits() => EveryByteBecomesItsFloat<Simd256>();

    [Fact]
    public void Every_byte_becomes_its_float_on_128_bits() => EveryByteBecomesItsFloat<Simd128>();

    private static void EveryByteBecomesItsFloat<TVector>()
        where TVector : struct, ISimdVector<TVector>
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        float* lanes = stackalloc float[16];
        fixed (byte* source = bytes)
        {
            for (int first = 0; first < bytes.Length; first += TVector.Count)
            {
                TVector.LoadBytes(source + first).Store(lanes);
                for (int lane = 0; lane < TVector.Count; lane++)
                {
                    lanes[lane].ShouldBe(first + lane);
                }
            }
        }
    }
}
