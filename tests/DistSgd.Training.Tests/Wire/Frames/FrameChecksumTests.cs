using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Tests.Wire.Frames;

public sealed class FrameChecksumTests
{
    [Fact]
    public void It_is_the_documented_function_however_the_bytes_are_cut()
    {
        var random = new Random(9);
        var checksum = new FrameChecksum();
        foreach (int length in new[] { 0, 1, 3, 511, 512, 513, 1023, 1024, 1025, 5000, 100_003 })
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            ulong expected = Plain(bytes);
            for (int cut = 0; cut < 20; cut++)
            {
                checksum.Reset();
                for (int at = 0; at < length;)
                {
                    int count = cut == 0 ? length : Math.Min(length - at, random.Next(1, cut < 10 ? 1500 : length + 1));
                    checksum.Append(bytes.AsSpan(at, count));
                    at += count;
                }

                checksum.Value.ShouldBe(expected);
                checksum.Value.ShouldBe(expected, "reading changes nothing");
            }
        }
    }

    [Fact]
    public void No_flipped_bit_and_no_two_exchanged_words_are_missed()
    {
        byte[] bytes = new byte[2048 + 37];
        new Random(4).NextBytes(bytes);
        var seen = new HashSet<ulong> { Of(bytes) };
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            seen.Add(Of(bytes)).ShouldBeTrue();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int at = 0; at + 516 <= bytes.Length; at += 4)
        {
            foreach (int other in new[] { at + 4, at + 512 })
            {
                byte[] exchanged = [.. bytes];
                bytes.AsSpan(at, 4).CopyTo(exchanged.AsSpan(other));
                bytes.AsSpan(other, 4).CopyTo(exchanged.AsSpan(at));
                seen.Add(Of(exchanged)).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Zeros_of_every_number_differ()
    {
        var seen = new HashSet<ulong>();
        for (int length = 0; length < 3000; length++)
        {
            seen.Add(Of(new byte[length])).ShouldBeTrue();
        }
    }

    private static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var checksum = new FrameChecksum();
        checksum.Append(bytes);
        return checksum.Value;
    }

    /// <summary>Word by word, as the documentation of the type says it.</summary>
    private static ulong Plain(byte[] bytes)
    {
        const uint Prime1 = 0x9e3779b1, Prime2 = 0x85ebca77;
        uint[] lanes = [.. Enumerable.Range(0, 128).Select(lane => (uint)lane * Prime1)];
        int stripes = bytes.Length / 512;
        for (int word = 0; word < stripes * 128; word++)
        {
            ref uint lane = ref lanes[word % 128];
            lane = BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * word)) * Prime2), 13) * Prime1;
        }

        byte[] state = stripes == 0 ? [] : [.. lanes.SelectMany(lane => BitConverter.GetBytes(lane))];
        return XxHash3.HashToUInt64([.. state, .. bytes[(512 * stripes)..]], bytes.Length);
    }
}
