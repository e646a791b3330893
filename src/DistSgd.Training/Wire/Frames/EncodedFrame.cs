namespace DistSgd.Training.Wire.Frames;

/// <summary>A frame to be sent: its start, then its payload, which is the vector's own memory where nothing has to be encoded.</summary>
/// <param name="Type">What message it is.</param>
/// <param name="Start">Header and head in one piece; the buffer's until the frame is sent.</param>
/// <param name="Payload">Bytes of the vector, or nothing; must not change until the frame is sent.</param>
public readonly record struct EncodedFrame(FrameType Type, ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Number of bytes of the frame.</summary>
    public long Bytes => (long)Start.Length + Payload.Length;
}
