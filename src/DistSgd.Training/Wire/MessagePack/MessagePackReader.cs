using System.Buffers.Binary;
using System.Text;
using Code = DistSgd.Training.Wire.MessagePack.MessagePackCode;

namespace DistSgd.Training.Wire.MessagePack;

/// <summary>
/// Reads MessagePack values one after the other; a forward cursor in the shape of MessagePack-CSharp's type of the same name.
/// </summary>
/// <remarks>
/// Every encoding that the specification allows is accepted, not the smallest alone. Whatever the bytes are, the only exception is
/// <see cref="WireException"/>, and a declared length that the bytes do not hold is refused before anything is allocated.
/// </remarks>
/// <param name="bytes">The bytes.</param>
public ref struct MessagePackReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Number of bytes read.</summary>
    public readonly int Consumed => _position;

    /// <summary>True if no byte is left.</summary>
    public readonly bool End => _position == _bytes.Length;

    /// <summary>First byte of the next value.</summary>
    /// <exception cref="WireException">No byte is left.</exception>
    public readonly byte NextCode => End ? throw MessagePackProblems.Truncated(_position, 1, 0) : _bytes[_position];

    /// <summary>Family of the next value.</summary>
    /// <exception cref="WireException">No byte is left.</exception>
    public readonly MessagePackType NextMessagePackType => Code.TypeOf(NextCode);

    private readonly int Remaining => _bytes.Length - _position;

    /// <summary>Reads a nil, if the next value is one.</summary>
    /// <returns>True if it was.</returns>
    public bool TryReadNil()
    {
        if (NextCode != Code.Nil)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>Reads the header of an array.</summary>
    /// <returns>Number of values that follow.</returns>
    /// <exception cref="WireException">The next value is no array, or declares more values than there are bytes.</exception>
    public int ReadArrayHeader()
    {
        int start = _position;
        byte code = Take(1)[0];
        uint count = code switch
        {
            >= Code.FixArray and < Code.FixString => (uint)(code - Code.FixArray),
            Code.Array16 => TakeUInt16(),
            Code.Array32 => TakeUInt32(),
            _ => throw MessagePackProblems.Unexpected(start, code, "an array"),
        };
        return Held(start, count, 1);
    }

    /// <summary>Reads the header of a map.</summary>
    /// <returns>Number of pairs that follow.</returns>
    /// <exception cref="WireException">The next value is no map, or declares more pairs than there are bytes for.</exception>
    public int ReadMapHeader()
    {
        int start = _position;
        byte code = Take(1)[0];
        uint count = code switch
        {
            >= Code.FixMap and < Code.FixArray => (uint)(code - Code.FixMap),
            Code.Map16 => TakeUInt16(),
            Code.Map32 => TakeUInt32(),
            _ => throw MessagePackProblems.Unexpected(start, code, "a map"),
        };
        return Held(start, count, 2);
    }

    /// <summary>Reads a whole number.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="WireException">The next value is no whole number, or too large.</exception>
    public int ReadInt32()
    {
        int start = _position;
        long value = ReadInteger(out bool isAboveInt64);
        return !isAboveInt64 && value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw MessagePackProblems.Overflow(start, value, isAboveInt64, "a 32-bit integer");
    }

    /// <summary>Reads a whole number.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="WireException">The next value is no whole number, or too large.</exception>
    public long ReadInt64()
    {
        int start = _position;
        long value = ReadInteger(out bool isAboveInt64);
        return !isAboveInt64 ? value : throw MessagePackProblems.Overflow(start, value, isAboveInt64, "a 64-bit integer");
    }

    /// <summary>Reads a whole number that is not negative.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="WireException">The next value is no whole number, or negative.</exception>
    public ulong ReadUInt64()
    {
        int start = _position;
        long value = ReadInteger(out bool isAboveInt64);
        return isAboveInt64 || value >= 0 ? (ulong)value : throw MessagePackProblems.Overflow(start, value, isAboveInt64, "an unsigned 64-bit integer");
    }

    /// <summary>Reads false or true.</summary>
    /// <returns>Which of them.</returns>
    /// <exception cref="WireException">The next value is neither.</exception>
    public bool ReadBoolean()
    {
        int start = _position;
        byte code = Take(1)[0];
        return code is Code.False or Code.True ? code == Code.True : throw MessagePackProblems.Unexpected(start, code, "false or true");
    }

    /// <summary>Reads a number in double precision; one in single precision and a whole number are widened.</summary>
    /// <returns>The number, with the bits of a NaN.</returns>
    /// <exception cref="WireException">The next value is no number.</exception>
    public double ReadDouble()
    {
        switch (NextCode)
        {
            case Code.Float64:
                return BinaryPrimitives.ReadDoubleBigEndian(Take(9)[1..]);
            case Code.Float32:
                return BinaryPrimitives.ReadSingleBigEndian(Take(5)[1..]);
            default:
                long value = ReadInteger(out bool isAboveInt64, "a number");
                return isAboveInt64 ? (ulong)value : value;
        }
    }

    /// <summary>Reads a number in single precision; one in double precision and a whole number are rounded.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="WireException">The next value is no number.</exception>
    public float ReadSingle() => NextCode == Code.Float32 ? BinaryPrimitives.ReadSingleBigEndian(Take(5)[1..]) : (float)ReadDouble();

    /// <summary>Reads text, or null for nil.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="WireException">The next value is no text, or not UTF-8.</exception>
    public string? ReadString()
    {
        if (TryReadNil())
        {
            return null;
        }

        int start = _position;
        ReadOnlySpan<byte> utf8 = ReadStringSpan();
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw MessagePackProblems.NotUtf8(start, utf8.Length);
        }
    }

    /// <summary>Reads the bytes of a text without decoding them.</summary>
    /// <returns>The bytes, part of what this reader was given.</returns>
    /// <exception cref="WireException">The next value is no text.</exception>
    public ReadOnlySpan<byte> ReadStringSpan()
    {
        int start = _position;
        byte code = Take(1)[0];
        uint length = code switch
        {
            >= Code.FixString and < Code.Nil => (uint)(code - Code.FixString),
            Code.String8 => Take(1)[0],
            Code.String16 => TakeUInt16(),
            Code.String32 => TakeUInt32(),
            _ => throw MessagePackProblems.Unexpected(start, code, "text"),
        };
        return Take(Held(start, length, 1));
    }

    /// <summary>Reads bytes.</summary>
    /// <returns>The bytes, part of what this reader was given.</returns>
    /// <exception cref="WireException">The next value is no bytes.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        int start = _position;
        return Take(Held(start, ReadBinHeader(), 1));
    }

    /// <summary>Reads the header of bytes that do not follow in what this reader was given: a frame's payload.</summary>
    /// <returns>Number of bytes that it declares.</returns>
    /// <exception cref="WireException">The next value is no bytes.</exception>
    public uint ReadBinHeader()
    {
        int start = _position;
        byte code = Take(1)[0];
        return code switch
        {
            Code.Bin8 => Take(1)[0],
            Code.Bin16 => TakeUInt16(),
            Code.Bin32 => TakeUInt32(),
            _ => throw MessagePackProblems.Unexpected(start, code, "bytes"),
        };
    }

    /// <summary>Passes over the next value with all that it contains.</summary>
    /// <exception cref="WireException">The value is malformed, or nested too deep.</exception>
    public void Skip() => Skip(0);

    private void Skip(int depth)
    {
        if (depth > WireLimits.NestingDepthMax)
        {
            throw MessagePackProblems.TooDeep(_position);
        }

        int start = _position;
        byte code = NextCode;
        switch (Code.TypeOf(code))
        {
            case MessagePackType.Integer: ReadInteger(out _); break;
            case MessagePackType.Nil or MessagePackType.Boolean: Take(1); break;
            case MessagePackType.Float: ReadDouble(); break;
            case MessagePackType.String: ReadStringSpan(); break;
            case MessagePackType.Binary: ReadBytes(); break;
            case MessagePackType.Extension: SkipExtension(); break;
            case MessagePackType.Array: SkipAll(ReadArrayHeader(), depth); break;
            case MessagePackType.Map: SkipAll(2 * ReadMapHeader(), depth); break;
            default: throw MessagePackProblems.Unexpected(start, code, "a value");
        }
    }

    private void SkipAll(int count, int depth)
    {
        for (int i = 0; i < count; i++)
        {
            Skip(depth + 1);
        }
    }

    private void SkipExtension()
    {
        int start = _position;
        byte code = Take(1)[0];
        uint length = code switch
        {
            Code.Ext8 => Take(1)[0],
            Code.Ext16 => TakeUInt16(),
            Code.Ext32 => TakeUInt32(),
            _ => 1u << (code - Code.FixExt1),
        };
        Take(1); // the extension's type
        Take(Held(start, length, 1));
    }

    private long ReadInteger(out bool isAboveInt64, string expected = "a whole number")
    {
        int start = _position;
        byte code = Take(1)[0];
        isAboveInt64 = false;
        switch (code)
        {
            case <= Code.PositiveFixIntMax: return code;
            case >= Code.NegativeFixInt: return (sbyte)code;
            case Code.UInt8: return Take(1)[0];
            case Code.UInt16: return TakeUInt16();
            case Code.UInt32: return TakeUInt32();
            case Code.Int8: return (sbyte)Take(1)[0];
            case Code.Int16: return (short)TakeUInt16();
            case Code.Int32: return (int)TakeUInt32();
            case Code.Int64: return BinaryPrimitives.ReadInt64BigEndian(Take(8));
            case Code.UInt64:
                long bits = BinaryPrimitives.ReadInt64BigEndian(Take(8));
                isAboveInt64 = bits < 0;
                return bits;
            default: throw MessagePackProblems.Unexpected(start, code, expected);
        }
    }

    private ushort TakeUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private uint TakeUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
        {
            throw MessagePackProblems.Truncated(_position, count, Remaining);
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }

    /// <summary>A declared count, if so many values of at least so many bytes can follow.</summary>
    private readonly int Held(int start, uint count, int bytesEach)
    {
        if (count * (ulong)bytesEach > (ulong)Remaining)
        {
            throw MessagePackProblems.BeyondTheBytes(start, count, Remaining);
        }

        return (int)count;
    }
}
