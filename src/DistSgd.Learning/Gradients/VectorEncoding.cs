using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Gradients;

/// <summary>How floats become bytes and floats again; every host applies it to gradients, so that all give the same bits.</summary>
/// <remarks>
/// <c>float32</c> loses nothing. <c>bfloat16</c> keeps the upper half of a float, rounded to nearest, ties to even: sign, exponent and 7 of
/// the 23 bits of the mantissa. Infinities stay; a finite number beyond 3.39e38 becomes one; a NaN stays a NaN, made quiet.
/// Whole-number arithmetic alone, so the bits are the same on every vector path.
/// </remarks>
public static class VectorEncoding
{
    private const uint MagnitudeMask = 0x7fff_ffff;
    private const uint Infinity = 0x7f80_0000;
    private const uint QuietBit = 0x0040_0000;
    private const uint UpperHalf = 0xffff_0000;

    /// <summary>Bytes of one element.</summary>
    /// <param name="encoding">The encoding.</param>
    /// <returns>4 or 2.</returns>
    public static int BytesPerElement(GradientEncoding encoding) => encoding == GradientEncoding.Bfloat16 ? sizeof(ushort) : sizeof(float);

    /// <summary>Does to floats what sending and receiving them does.</summary>
    /// <param name="encoding">The encoding.</param>
    /// <param name="values">The floats, changed in place.</param>
    public static void RoundTrip(GradientEncoding encoding, Span<float> values)
    {
        if (encoding == GradientEncoding.Float32)
        {
            return;
        }

        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        int i = 0;
        for (; i <= bits.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            Rounded(Vector256.Create<uint>(bits[i..])).CopyTo(bits[i..]);
        }

        for (; i < bits.Length; i++)
        {
            bits[i] = Rounded(bits[i]);
        }
    }

    /// <summary>Encodes floats with 16 bits.</summary>
    /// <param name="values">The floats.</param>
    /// <param name="bytes">Receives two bytes each, little-endian.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static void EncodeBfloat16(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        RequireBytes(values.Length, bytes.Length);
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
        int i = 0;
        for (; i <= bits.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            Vector256<uint> lower = Rounded(Vector256.Create(bits[i..])) >>> 16;
            Vector256<uint> upper = Rounded(Vector256.Create(bits[(i + Vector256<uint>.Count)..])) >>> 16;
            Vector256.Narrow(lower, upper).CopyTo(halves[i..]);
        }

        for (; i < bits.Length; i++)
        {
            halves[i] = (ushort)(Rounded(bits[i]) >> 16);
        }
    }

    /// <summary>The half of a vector's memory that encoded bytes are received into, so that they can be decoded in place.</summary>
    /// <param name="vector">The vector.</param>
    /// <returns>Two bytes for each element: the second half.</returns>
    public static Memory<byte> Bfloat16Place(AlignedVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return vector.Bytes[(vector.Length * sizeof(ushort))..];
    }

    /// <summary>Decodes what stands in the second half of a vector's memory over the whole of it.</summary>
    /// <param name="vector">The vector.</param>
    /// <remarks>From the front: sixteen floats are written no further than where the next sixteen encoded ones begin.</remarks>
    public static void DecodeBfloat16(AlignedVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(vector.Span);
        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(Bfloat16Place(vector).Span);
        for (int i = 0; i < bits.Length; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Create(halves[i..]));
            (lower << 16).CopyTo(bits[i..]);
            (upper << 16).CopyTo(bits[(i + Vector256<uint>.Count)..]);
        }
    }

    private static Vector256<uint> Rounded(Vector256<uint> bits)
    {
        Vector256<uint> isOdd = (bits >>> 16) & Vector256<uint>.One;
        Vector256<uint> rounded = bits + isOdd + Vector256.Create(0x7fffu);
        // Magnitudes are positive as signed numbers, whose comparison every path has in hardware.
        Vector256<int> magnitudes = (bits & Vector256.Create(MagnitudeMask)).AsInt32();
        Vector256<uint> isNaN = Vector256.GreaterThan(magnitudes, Vector256.Create((int)Infinity)).AsUInt32();
        return Vector256.ConditionalSelect(isNaN, bits | Vector256.Create(QuietBit), rounded) & Vector256.Create(UpperHalf);
    }

    private static uint Rounded(uint bits)
    {
        bool isNaN = (bits & MagnitudeMask) > Infinity;
        return (isNaN ? bits | QuietBit : bits + ((bits >> 16) & 1) + 0x7fff) & UpperHalf;
    }

    private static void RequireBytes(int count, int bytes)
    {
        if (bytes != count * sizeof(ushort))
        {
            throw new ArgumentException($"{count} floats need {count * sizeof(ushort)} bytes; found {bytes}.");
        }
    }
}
