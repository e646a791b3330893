using System.Buffers.Binary;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Fuzz.Frames;

/// <summary>Makes the checksums of a damaged frame fit, as far as its lengths allow.</summary>
internal static class Checksums
{
    public static void Fix(byte[] frame)
    {
        if (frame.Length < FrameHeader.SizeBytes)
        {
            return;
        }

        uint head = BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(8));
        uint payload = BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(12));
        if (FrameHeader.SizeBytes + (long)head > frame.Length)
        {
            return;
        }

        Span<byte> rest = frame.AsSpan(FrameHeader.SizeBytes + (int)head);
        rest = rest[..(int)Math.Min(rest.Length, payload)];
        var checksum = new FrameChecksum();
        checksum.Append(rest);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(16), checksum.Value);
        checksum.Reset();
        checksum.Append(frame.AsSpan(0, 24));
        checksum.Append(frame.AsSpan(FrameHeader.SizeBytes, (int)head));
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(24), checksum.Value);
    }
}
