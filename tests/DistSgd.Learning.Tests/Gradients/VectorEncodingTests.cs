using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class VectorEncodingTests
{
    [Theory]
    [InlineData(0x00000000u, 0x0000u)] // zero
    [InlineData(0x80000000u, 0x8000u)] // and minus zero
    [InlineData(0x3f800000u, 0x3f80u)] // one
    [InlineData(0x3f808000u, 0x3f80u)] // half way, to the even lower
    [InlineData(0x3f818000u, 0x3f82u)] // half way, to the even upper
    [InlineData(0x3f808001u, 0x3f81u)] // just above half way
    [InlineData(0x3f807fffu, 0x3f80u)] // just below
    [InlineData(0x3fffffffu, 0x4000u)] // carries into the exponent
    [InlineData(0x7f7fffffu, 0x7f80u)] // the largest number overflows
    [InlineData(0xff7fffffu, 0xff80u)]
    [InlineData(0x7f7f7fffu, 0x7f7fu)] // the largest that does not
    [InlineData(0x7f800000u, 0x7f80u)] // infinities stay
    [InlineData(0xff800000u, 0xff80u)]
    [InlineData(0x7f800001u, 0x7fc0u)] // a NaN whose upper half is infinity's stays a NaN
    [InlineData(0xffffffffu, 0xffffu)] // a NaN that rounding up would make zero
    [InlineData(0x7fc00000u, 0x7fc0u)]
    [InlineData(0x00000001u, 0x0000u)] // denormals
    [InlineData(0x00008001u, 0x0001u)]
    [InlineData(0x007fffffu, 0x0080u)]
    public void Sixteen_bits_are_the_nearest_ties_to_even(uint bits, uint expected)
    {
        // Alone, as a scalar; and in every lane of a vector.
        foreach (int length in new[] { 1, 16, 33 })
        {
            float[] values = [.. Enumerable.Repeat(BitConverter.UInt32BitsToSingle(bits), length)];
            byte[] bytes = new byte[2 * length];
            VectorEncoding.EncodeBfloat16(values, bytes);
            Enumerable.Range(0, length).ShouldAllBe(i => BitConverter.ToUInt16(bytes, 2 * i) == expected);
            VectorEncoding.RoundTrip(GradientEncoding.Bfloat16, values);
            values.ShouldAllBe(value => BitConverter.SingleToUInt32Bits(value) == expected << 16);
        }
    }

    [Fact]
    public void A_round_trip_is_what_encoding_and_decoding_in_place_do()
    {
        var random = new Random(3);
        for (int length = 16; length <= 4096; length *= 2)
        {
            var sent = new AlignedVector(length - 16 + (16 * random.Next(1, 3)));
            foreach (ref float element in sent.Span)
            {
                element = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            }

            var received = new AlignedVector(sent.Length);
            received.Span.Fill(float.NaN);
            VectorEncoding.EncodeBfloat16(sent.Span, VectorEncoding.Bfloat16Place(received).Span);
            VectorEncoding.DecodeBfloat16(received);
            VectorEncoding.RoundTrip(GradientEncoding.Bfloat16, sent.Span);
            received.Bytes.Span.SequenceEqual(sent.Bytes.Span).ShouldBeTrue();
            byte[] once = sent.Bytes.ToArray();
            VectorEncoding.RoundTrip(GradientEncoding.Bfloat16, sent.Span);
            sent.Bytes.Span.SequenceEqual(once).ShouldBeTrue("what was rounded stays as it is");
        }
    }

    [Fact]
    public void Single_precision_is_left_alone()
    {
        float[] values = [float.NaN, 1.2345678f, float.Epsilon];
        VectorEncoding.RoundTrip(GradientEncoding.Float32, values);
        values.ShouldBe([float.NaN, 1.2345678f, float.Epsilon]);
    }

    [Fact]
    public void Every_sixteen_bits_but_loud_nans_come_back()
    {
        var vector = new AlignedVector(1 << 16);
        for (int half = 0; half < 1 << 16; half++)
        {
            vector.Span[half] = BitConverter.Int32BitsToSingle(half << 16);
        }

        byte[] bytes = new byte[2 << 16];
        VectorEncoding.EncodeBfloat16(vector.Span, bytes);
        for (int half = 0; half < 1 << 16; half++)
        {
            bool isNaN = (half & 0x7fff) > 0x7f80;
            BitConverter.ToUInt16(bytes, 2 * half).ShouldBe((ushort)(isNaN ? half | 0x40 : half));
        }
    }
}
