using System.Buffers.Binary;

namespace DistSgd.Training.Wire.Frames;

/// <summary>
/// The fixed beginning of every frame; the head (the message's fields) and the payload (the bytes of its vector) follow it.
/// </summary>
/// <remarks>
/// Little-endian: magic (4 bytes), version (2), type (2), head length (4), payload length (4), checksum of the payload (8), checksum of
/// the first 24 bytes and the head (8). Head and payload in one piece are one MessagePack array. Magic and version keep their place in
/// every version, so that peers of unlike versions can say so.
/// </remarks>
/// <param name="Type">What message it is.</param>
/// <param name="HeadBytes">Length of the head.</param>
/// <param name="PayloadBytes">Length of the payload.</param>
/// <param name="PayloadChecksum">Checksum of the payload; that of nothing if there is none.</param>
/// <param name="HeadChecksum">Checksum of the header's other fields and of the head.</param>
public readonly record struct FrameHeader(FrameType Type, int HeadBytes, int PayloadBytes, ulong PayloadChecksum, ulong HeadChecksum)
{
    /// <summary>Length of a header.</summary>
    public const int SizeBytes = 32;

    /// <summary>Version of the protocol; grows with every change that an older peer does not understand.</summary>
    public const ushort Version = 2;

    /// <summary>The first four bytes, "DSGD".</summary>
    public const uint Magic = 0x44475344;

    /// <summary>Number of header bytes that the checksum of the head covers.</summary>
    internal const int CheckedBytes = SizeBytes - sizeof(ulong);

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least <see cref="SizeBytes"/> bytes.</param>
    /// <returns>The header, whose lengths are within their limits.</returns>
    /// <exception cref="WireException">The bytes are no header of this protocol and version.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SizeBytes)
        {
            throw new WireException(WireProblem.Truncated, $"Frame header: found {bytes.Length} bytes; expected {SizeBytes}.");
        }

        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (magic != Magic)
        {
            throw new WireException(
                WireProblem.WrongMagic, $"Frame header: found the magic number 0x{magic:x8}; expected 0x{Magic:x8}.");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (version != Version)
        {
            throw new WireException(
                WireProblem.WrongVersion, $"Frame header: found version {version} of the protocol; expected {Version}.");
        }

        var type = (FrameType)BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        if (!type.IsKnown())
        {
            throw new WireException(
                WireProblem.UnknownType,
                $"Frame header: found the message type {(ushort)type}, which version {Version} does not have.");
        }

        int head = Length(type, "head", bytes[8..], WireLimits.HeadBytesMax);
        int payload = Length(type, "payload", bytes[12..], type.MayHavePayload() ? WireLimits.PayloadBytesMax : 0);
        ulong payloadChecksum = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        return new FrameHeader(type, head, payload, payloadChecksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes[CheckedBytes..]));
    }

    /// <summary>Writes the header.</summary>
    /// <param name="bytes">Receives <see cref="SizeBytes"/> bytes.</param>
    public void Write(Span<byte> bytes)
    {
        WriteChecked(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[CheckedBytes..], HeadChecksum);
    }

    /// <summary>Writes the fields that the checksum of the head covers.</summary>
    internal void WriteChecked(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)Type);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], HeadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], PayloadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], PayloadChecksum);
    }

    private static int Length(FrameType type, string part, ReadOnlySpan<byte> bytes, int max)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length <= max
            ? (int)length
            : throw new WireException(
                WireProblem.TooLarge, $"{type}: found a {part} of {length} bytes; expected at most {max}.");
    }
}
