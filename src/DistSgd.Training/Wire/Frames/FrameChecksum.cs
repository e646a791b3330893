using System.IO.Hashing;

namespace DistSgd.Training.Wire.Frames;

/// <summary>The checksum of frames, XXH3 with 64 bits, over bytes that come piece by piece.</summary>
public sealed class FrameChecksum
{
    private readonly XxHash3 _hash = new();

    /// <summary>The checksum of all bytes since the last <see cref="Reset"/>.</summary>
    public ulong Value => _hash.GetCurrentHashAsUInt64();

    /// <summary>Begins anew.</summary>
    public void Reset() => _hash.Reset();

    /// <summary>Takes further bytes in.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Append(ReadOnlySpan<byte> bytes) => _hash.Append(bytes);

    /// <summary>The checksum of a header's fields and a head.</summary>
    internal ulong OfHead(in FrameHeader header, ReadOnlySpan<byte> head)
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.SizeBytes];
        header.WriteChecked(bytes);
        Reset();
        Append(bytes[..FrameHeader.CheckedBytes]);
        Append(head);
        return Value;
    }

    /// <summary>The checksum of a payload in one piece.</summary>
    internal ulong OfPayload(ReadOnlySpan<byte> payload)
    {
        Reset();
        Append(payload);
        return Value;
    }
}
