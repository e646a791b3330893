using System.Buffers.Binary;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Fuzz.Frames;

/// <summary>Damages frames.</summary>
/// <remarks>
/// Half of the damaged frames get checksums that fit again, as a faulty or hostile peer would send them: otherwise nothing behind the
/// checksums would be reached.
/// </remarks>
/// <param name="random">Where the damage is drawn from.</param>
internal sealed class FrameMutator(Random random)
{
    /// <summary>Random bytes.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>The bytes.</returns>
    public byte[] Noise(int most)
    {
        byte[] noise = new byte[random.Next(most)];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>What has become of a frame; sometimes nothing has.</summary>
    /// <param name="frame">The frame, left as it is.</param>
    /// <returns>Bytes.</returns>
    public byte[] Changed(byte[] frame)
    {
        if (random.Next(16) == 0)
        {
            return Noise(200);
        }

        byte[] input = [.. frame];
        if (random.Next(3) == 0)
        {
            return WithOtherFields(input);
        }

        for (int mutations = random.Next(4); mutations > 0; mutations--)
        {
            input = Mutated(input);
        }

        if (random.Next(2) == 0)
        {
            Checksums.Fix(input);
        }

        return input;
    }

    /// <summary>A frame whose head has other bytes and a fitting checksum: what is left to refuse are its fields.</summary>
    private byte[] WithOtherFields(byte[] frame)
    {
        int head = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(8));
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            frame[FrameHeader.SizeBytes + random.Next(head)] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(16));
        }

        Checksums.Fix(frame);
        return frame;
    }

    private byte[] Mutated(byte[] input)
    {
        int end = random.Next(2) == 0 ? input.Length : Math.Min(input.Length, FrameHeader.SizeBytes + 64);
        int at = end == 0 ? 0 : random.Next(end);
        switch (random.Next(8))
        {
            case 0: return input[..at];
            case 1: return [.. input, .. input[at..]];
            case 2: return [.. input[..at], .. input[Math.Min(input.Length, at + random.Next(1, 9))..]];
            case 3: return [.. input[..at], (byte)random.Next(256), .. input[at..]];
            case 4 when input.Length >= FrameHeader.SizeBytes:
                BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(4 * random.Next(1, 4)), Extreme());
                return input;
            case 5 when at + 5 <= input.Length:
                input[at] = (byte)random.Next(0xc0, 0xe0);
                BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(at + 1), Extreme());
                return input;
            case 6 when input.Length > 0:
                input[at] ^= (byte)(1 << random.Next(8));
                return input;
            default:
                if (input.Length > 0)
                {
                    input[at] = (byte)random.Next(256);
                }

                return input;
        }
    }

    private uint Extreme() => random.Next(5) switch
    {
        0 => uint.MaxValue,
        1 => int.MaxValue,
        2 => (uint)WireLimits.PayloadBytesMax,
        3 => (uint)random.Next(300),
        _ => (uint)random.Next(),
    };
}
