using System.Numerics;
using System.Text;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Wire.Frames;
using DistSgd.Training.Wire.MessagePack;

namespace DistSgd.Training.Wire.Fields;

/// <summary>Reads the fields of one message and refuses what is out of bounds, naming message and field.</summary>
/// <param name="type">The message.</param>
/// <param name="head">The head of its frame.</param>
/// <param name="payloadBytes">Length of its payload.</param>
internal ref struct FieldReader(FrameType type, ReadOnlySpan<byte> head, int payloadBytes)
{
    private MessagePackReader _reader = new(head);
    private bool _hasPayload;

    /// <summary>The message.</summary>
    public readonly FrameType Type => type;

    /// <summary>Throws if a range is no node of the tree over the shards.</summary>
    public static ShardRange RequireAligned(FrameType type, ShardRange range) =>
        BitOperations.IsPow2(range.Count) && range.First % range.Count == 0 && range.End <= WireLimits.ShardsMax
            ? range
            : throw new WireException(
                WireProblem.BadField,
                $"{type}: found {range.Count} shards from {range.First} on; expected a power of two, from one of its multiples on.");

    /// <summary>Begins the message, or an array in it, that has so many fields.</summary>
    public void Begin(int count)
    {
        int found = _reader.ReadArrayHeader();
        if (found != count)
        {
            throw new WireException(WireProblem.Malformed, $"{type}: found {found} fields; expected {count}.");
        }
    }

    /// <summary>Begins an array of any number of values.</summary>
    public int BeginArray(in IntegerField count) => (int)count.Check(type, _reader.ReadArrayHeader());

    public long ReadInt64(in IntegerField field) => field.Check(type, _reader.ReadInt64());

    public int ReadInt32(in IntegerField field) => (int)ReadInt64(field);

    public double ReadDouble() => _reader.ReadDouble();

    public bool ReadBoolean() => _reader.ReadBoolean();

    public string ReadText(in TextField field)
    {
        MessagePackReader start = _reader;
        field.CheckLength(type, _reader.ReadStringSpan().Length);
        _reader = start;
        return field.CheckText(type, _reader.ReadString()!);
    }

    /// <summary>Reads a text, without allocating if it is the one that came last time.</summary>
    public string ReadText(in TextField field, string? last)
    {
        MessagePackReader start = _reader;
        ReadOnlySpan<byte> utf8 = _reader.ReadStringSpan();
        Span<byte> expected = stackalloc byte[WireLimits.NameBytesMax];
        if (last is not null && Encoding.UTF8.TryGetBytes(last, expected, out int length) && utf8.SequenceEqual(expected[..length]))
        {
            return last;
        }

        _reader = start;
        return ReadText(field);
    }

    public byte[] ReadBytes(string name, int bytes)
    {
        ReadOnlySpan<byte> found = _reader.ReadBytes();
        return found.Length == bytes
            ? found.ToArray()
            : throw new WireException(WireProblem.BadField, $"{type}.{name}: found {found.Length} bytes; expected {bytes}.");
    }

    public ShardRange ReadRange() => RequireAligned(type, new ShardRange(ReadInt32(Field.RangeFirst), ReadInt32(Field.RangeCount)));

    /// <summary>Reads that there is no payload, if so.</summary>
    public bool TryReadNoPayload() => _reader.TryReadNil();

    /// <summary>Reads the header of the payload, which has to be so many numbers of a kind.</summary>
    public void ReadPayload(PayloadKind kind, long count)
    {
        uint declared = _reader.ReadBinHeader();
        long expected = count * VectorPlace.BytesPerElement(kind);
        if (declared != expected || declared != payloadBytes)
        {
            throw new WireException(
                WireProblem.BadField,
                $"{type}: found a payload of {payloadBytes} bytes, declared as {declared}; expected {count} numbers, {expected} bytes.");
        }

        _hasPayload = true;
    }

    /// <summary>Ends the message: nothing may be left.</summary>
    public readonly void End()
    {
        if (!_reader.End)
        {
            throw new WireException(
                WireProblem.Malformed, $"{type}: found bytes after its {_reader.Consumed} bytes of fields; expected the end of the head.");
        }

        if (!_hasPayload && payloadBytes > 0)
        {
            throw new WireException(WireProblem.Malformed, $"{type}: found a payload of {payloadBytes} bytes; expected none.");
        }
    }
}
