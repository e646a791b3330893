using System.Runtime.CompilerServices;

namespace DistSgd.Numerics.Memory;

/// <summary>
/// A float vector of fixed length whose first element lies on a cache-line boundary and never moves, so that kernels may keep pointers to it.
/// </summary>
/// <remarks>
/// The memory is a pinned managed array: the garbage collector frees it, nothing has to be disposed.
/// The length is rounded up to a multiple of <see cref="LengthMultiple"/>; the added elements are zero and kernels keep them zero.
/// </remarks>
public sealed unsafe class AlignedVector
{
    /// <summary>Alignment of the first element, in bytes: one cache line, one 512-bit vector.</summary>
    public const int AlignmentBytes = 64;

    /// <summary>Lengths are multiples of this many floats, so that no kernel needs a scalar tail on any vector path.</summary>
    public const int LengthMultiple = 16;

    private readonly float[] _array;
    private readonly int _offset;
    private PinnedBytes? _bytes;

    /// <summary>Allocates a vector of zeros.</summary>
    /// <param name="length">Number of elements wanted, at least 0; rounded up to a multiple of <see cref="LengthMultiple"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public AlignedVector(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = RoundUp(length);
        _array = GC.AllocateArray<float>(Length + (AlignmentBytes / sizeof(float)), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref _array[0]);
        nuint misalignment = address % AlignmentBytes;
        _offset = misalignment == 0 ? 0 : (int)((AlignmentBytes - misalignment) / sizeof(float));
        Pointer = (float*)(address + ((nuint)_offset * sizeof(float)));
    }

    /// <summary>Number of elements, a multiple of <see cref="LengthMultiple"/>.</summary>
    public int Length { get; }

    /// <summary>Address of the first element; valid as long as this object is reachable.</summary>
    public float* Pointer { get; }

    /// <summary>The elements.</summary>
    public Span<float> Span => _array.AsSpan(_offset, Length);

    /// <summary>The elements as bytes in the machine's order, for sockets and files; nothing is copied.</summary>
    public Memory<byte> Bytes => (_bytes ??= new PinnedBytes(this)).Memory;

    /// <summary>Rounds a length up to the next multiple of <see cref="LengthMultiple"/>.</summary>
    /// <param name="length">A length, at least 0.</param>
    /// <returns>The padded length.</returns>
    public static int RoundUp(int length) => checked(length + LengthMultiple - 1) / LengthMultiple * LengthMultiple;

    /// <summary>Copies all elements from a vector of the same length.</summary>
    /// <param name="source">The vector to copy.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void CopyFrom(AlignedVector source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length != Length)
        {
            throw new ArgumentException($"Cannot copy a vector of {source.Length} elements into one of {Length}.", nameof(source));
        }

        source.Span.CopyTo(Span);
    }

    /// <summary>Sets every element to zero.</summary>
    public void Clear() => Span.Clear();
}
