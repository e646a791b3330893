using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Fuzz.Frames;

/// <summary>Frames as one piece of bytes each, as they pass through a connection.</summary>
internal static class FrameBytes
{
    /// <summary>Encodes all frames of a message.</summary>
    public static byte[][] Of(FrameEncoder encoder, object message)
    {
        var buffer = new HeadBuffer();
        return [.. Enumerable.Range(0, FrameEncoder.FrameCount(message)).Select(frame => Joined(encoder.Encode(message, frame, buffer)))];
    }

    /// <summary>Start and payload in one piece.</summary>
    public static byte[] Joined(EncodedFrame frame) => [.. frame.Start.Span, .. frame.Payload.Span];

    /// <summary>Receives one frame as a host does, in chunks.</summary>
    /// <returns>False if the bytes end before the frame does.</returns>
    public static bool TryDecode(FrameDecoder decoder, ReadOnlySpan<byte> bytes, int chunkBytes, out object? message)
    {
        message = null;
        if (bytes.Length < FrameHeader.SizeBytes)
        {
            return false;
        }

        FrameHeader header = FrameHeader.Read(bytes);
        ReadOnlySpan<byte> rest = bytes[FrameHeader.SizeBytes..];
        if (rest.Length < header.HeadBytes)
        {
            return false;
        }

        decoder.Open(header, rest[..header.HeadBytes]);
        rest = rest[header.HeadBytes..];
        while (!decoder.Free.IsEmpty)
        {
            if (rest.IsEmpty)
            {
                return false;
            }

            int count = Math.Min(Math.Min(rest.Length, decoder.Free.Length), chunkBytes);
            rest[..count].CopyTo(decoder.Free.Span);
            decoder.Advance(count);
            rest = rest[count..];
        }

        message = decoder.Complete();
        return true;
    }
}
