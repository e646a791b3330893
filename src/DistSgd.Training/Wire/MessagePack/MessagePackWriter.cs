using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Code = DistSgd.Training.Wire.MessagePack.MessagePackCode;

namespace DistSgd.Training.Wire.MessagePack;

/// <summary>
/// Writes MessagePack values in their smallest encodings, in the shape of MessagePack-CSharp's type of the same name.
/// </summary>
/// <remarks>What is written reaches the buffer with <see cref="Flush"/>.</remarks>
/// <param name="output">Where the bytes go.</param>
public ref struct MessagePackWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span;
    private int _used;

    /// <summary>Hands all that was written over to the buffer.</summary>
    public void Flush()
    {
        _output.Advance(_used);
        _span = default;
        _used = 0;
    }

    /// <summary>Writes nothing, as a value.</summary>
    public void WriteNil() => Free(1)[0] = Code.Nil;

    /// <summary>Writes false or true.</summary>
    /// <param name="value">Which of them.</param>
    public void Write(bool value) => Free(1)[0] = value ? Code.True : Code.False;

    /// <summary>Writes a whole number.</summary>
    /// <param name="value">The number.</param>
    public void Write(int value) => Write((long)value);

    /// <summary>Writes a whole number.</summary>
    /// <param name="value">The number.</param>
    public void Write(long value)
    {
        switch (value)
        {
            case >= 0: Write((ulong)value); break;
            case >= Code.NegativeFixIntMin: Free(1)[0] = (byte)value; break;
            case >= sbyte.MinValue: Write8(Code.Int8, (byte)value); break;
            case >= short.MinValue: Write16(Code.Int16, (ushort)value); break;
            case >= int.MinValue: Write32(Code.Int32, (uint)value); break;
            default: Write64(Code.Int64, (ulong)value); break;
        }
    }

    /// <summary>Writes a whole number that is not negative.</summary>
    /// <param name="value">The number.</param>
    public void Write(ulong value)
    {
        switch (value)
        {
            case <= Code.PositiveFixIntMax: Free(1)[0] = (byte)value; break;
            case <= byte.MaxValue: Write8(Code.UInt8, (byte)value); break;
            case <= ushort.MaxValue: Write16(Code.UInt16, (ushort)value); break;
            case <= uint.MaxValue: Write32(Code.UInt32, (uint)value); break;
            default: Write64(Code.UInt64, value); break;
        }
    }

    /// <summary>Writes a number in single precision.</summary>
    /// <param name="value">The number; a NaN keeps its bits.</param>
    public void Write(float value) => Write32(Code.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a number in double precision.</summary>
    /// <param name="value">The number; a NaN keeps its bits.</param>
    public void Write(double value) => Write64(Code.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes text, or nil for null.</summary>
    /// <param name="value">The text.</param>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(length);
        Encoding.UTF8.GetBytes(value, Free(length));
    }

    /// <summary>Writes the header of a text, to be followed by its UTF-8 bytes with <see cref="WriteRaw"/>.</summary>
    /// <param name="length">Number of bytes.</param>
    public void WriteStringHeader(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        switch (length)
        {
            case <= Code.FixStringMax: Free(1)[0] = (byte)(Code.FixString | length); break;
            case <= byte.MaxValue: Write8(Code.String8, (byte)length); break;
            case <= ushort.MaxValue: Write16(Code.String16, (ushort)length); break;
            default: Write32(Code.String32, (uint)length); break;
        }
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="value">The bytes.</param>
    public void Write(ReadOnlySpan<byte> value)
    {
        WriteBinHeader(value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes the header of bytes that follow, here or elsewhere.</summary>
    /// <param name="length">Number of bytes.</param>
    public void WriteBinHeader(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        switch (length)
        {
            case <= byte.MaxValue: Write8(Code.Bin8, (byte)length); break;
            case <= ushort.MaxValue: Write16(Code.Bin16, (ushort)length); break;
            default: Write32(Code.Bin32, (uint)length); break;
        }
    }

    /// <summary>Writes the header of an array.</summary>
    /// <param name="count">Number of values that follow.</param>
    public void WriteArrayHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        switch (count)
        {
            case <= Code.FixCountMax: Free(1)[0] = (byte)(Code.FixArray | count); break;
            case <= ushort.MaxValue: Write16(Code.Array16, (ushort)count); break;
            default: Write32(Code.Array32, (uint)count); break;
        }
    }

    /// <summary>Writes the header of a map.</summary>
    /// <param name="count">Number of pairs that follow.</param>
    public void WriteMapHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        switch (count)
        {
            case <= Code.FixCountMax: Free(1)[0] = (byte)(Code.FixMap | count); break;
            case <= ushort.MaxValue: Write16(Code.Map16, (ushort)count); break;
            default: Write32(Code.Map32, (uint)count); break;
        }
    }

    /// <summary>Copies bytes as they are.</summary>
    /// <param name="bytes">The bytes.</param>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Free(bytes.Length));

    private void Write8(byte code, byte value)
    {
        Span<byte> bytes = Free(2);
        bytes[0] = code;
        bytes[1] = value;
    }

    private void Write16(byte code, ushort value)
    {
        Span<byte> bytes = Free(3);
        bytes[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], value);
    }

    private void Write32(byte code, uint value)
    {
        Span<byte> bytes = Free(5);
        bytes[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], value);
    }

    private void Write64(byte code, ulong value)
    {
        Span<byte> bytes = Free(9);
        bytes[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], value);
    }

    private Span<byte> Free(int count)
    {
        if (_span.Length - _used < count)
        {
            Flush();
            _span = _output.GetSpan(count);
        }

        Span<byte> free = _span.Slice(_used, count);
        _used += count;
        return free;
    }
}
