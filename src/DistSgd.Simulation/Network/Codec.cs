using DistSgd.Training.Config;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Simulation.Network;

/// <summary>Messages as the bytes that they travel in, by the codec of the real wire.</summary>
/// <param name="shape">Shape of the run.</param>
internal sealed class Codec(RunShape shape)
{
    private readonly FrameEncoder _encoder = new(shape.Encoding);
    private readonly HeadBuffer _head = new();

    /// <summary>The frames of a message.</summary>
    /// <param name="message">A message of the protocol.</param>
    /// <returns>The frames, in order.</returns>
    public IEnumerable<byte[]> Encode(object message)
    {
        for (int i = 0; i < FrameEncoder.FrameCount(message); i++)
        {
            EncodedFrame frame = _encoder.Encode(message, i, _head);
            byte[] bytes = new byte[frame.Bytes];
            frame.Start.CopyTo(bytes);
            frame.Payload.CopyTo(bytes.AsMemory(frame.Start.Length));
            yield return bytes;
        }
    }

    /// <summary>Makes the decoder of one connection, which uses its vectors again from step to step as on a real one.</summary>
    /// <returns>The decoder.</returns>
    public FrameDecoder CreateDecoder() => new() { Shape = shape };

    /// <summary>The message of a frame.</summary>
    /// <param name="bytes">The frame.</param>
    /// <param name="decoder">The decoder of its connection, or one of its own for a frame that no real connection would bring.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">The frame is damaged.</exception>
    public static object Decode(byte[] bytes, FrameDecoder decoder)
    {
        FrameHeader header = FrameHeader.Read(bytes);
        int start = FrameHeader.SizeBytes + header.HeadBytes;
        if (bytes.Length != start + header.PayloadBytes)
        {
            throw new WireException(WireProblem.Truncated, $"Found {bytes.Length} bytes; expected {start + header.PayloadBytes}.");
        }

        decoder.Open(header, bytes.AsSpan(FrameHeader.SizeBytes, header.HeadBytes));
        if (header.PayloadBytes > 0)
        {
            bytes.AsMemory(start).CopyTo(decoder.Free);
            decoder.Advance(header.PayloadBytes);
        }

        return decoder.Complete()!;
    }
}
