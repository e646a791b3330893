using System.Buffers;

namespace DistSgd.Numerics.Memory;

/// <summary>The elements of a vector as memory of bytes, which sockets and files take.</summary>
/// <param name="vector">The vector; its memory never moves.</param>
internal sealed unsafe class PinnedBytes(AlignedVector vector) : MemoryManager<byte>
{
    /// <inheritdoc/>
    public override Span<byte> GetSpan() => System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.Span);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, vector.Length * sizeof(float));
        return new MemoryHandle((byte*)vector.Pointer + elementIndex, default, this);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
        // The array is pinned as long as it lives.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The garbage collector frees the array.
    }
}
