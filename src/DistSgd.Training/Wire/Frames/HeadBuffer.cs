using System.Buffers;

namespace DistSgd.Training.Wire.Frames;

/// <summary>The memory that header and head of a frame are written to; reused from frame to frame.</summary>
/// <remarks>A frame uses it until it is sent: whoever has several frames under way has as many buffers.</remarks>
public sealed class HeadBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 256;

    private byte[] _bytes = new byte[FirstBytes];
    private int _written;

    /// <summary>Header and head.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _written);

    /// <summary>The head.</summary>
    internal ReadOnlySpan<byte> Head => _bytes.AsSpan(FrameHeader.SizeBytes, _written - FrameHeader.SizeBytes);

    /// <summary>Place of the header.</summary>
    internal Span<byte> Header => _bytes.AsSpan(0, FrameHeader.SizeBytes);

    /// <inheritdoc/>
    public void Advance(int count) => _written += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Forgets the last frame and leaves room for the next header.</summary>
    internal void Begin() => _written = FrameHeader.SizeBytes;

    private void Grow(int count)
    {
        long needed = (long)_written + count;
        if (needed > FrameHeader.SizeBytes + WireLimits.HeadBytesMax)
        {
            throw new WireException(
                WireProblem.TooLarge,
                $"Head to send: found {needed - FrameHeader.SizeBytes} bytes; expected at most {WireLimits.HeadBytesMax}.");
        }

        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(needed, 2L * _bytes.Length), FrameHeader.SizeBytes + WireLimits.HeadBytesMax));
        }
    }
}
