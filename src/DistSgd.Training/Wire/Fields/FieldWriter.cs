using System.Text;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Wire.Frames;
using DistSgd.Training.Wire.MessagePack;

namespace DistSgd.Training.Wire.Fields;

/// <summary>Writes the fields of one message and holds each to the bounds that the receiver will hold it to.</summary>
/// <param name="type">The message.</param>
/// <param name="output">Where the head goes.</param>
internal ref struct FieldWriter(FrameType type, HeadBuffer output)
{
    private MessagePackWriter _writer = new(output);

    /// <summary>Begins the message, or an array in it.</summary>
    public void Begin(int count) => _writer.WriteArrayHeader(count);

    public void Write(in IntegerField field, long value) => _writer.Write(field.Check(type, value));

    public void Write(in TextField field, string value)
    {
        field.CheckLength(type, Encoding.UTF8.GetByteCount(value));
        _writer.Write(field.CheckText(type, value));
    }

    public void Write(double value) => _writer.Write(value);

    public void Write(bool value) => _writer.Write(value);

    public void Write(string name, byte[] value, int bytes)
    {
        if (value.Length != bytes)
        {
            throw new WireException(WireProblem.BadField, $"{type}.{name}: found {value.Length} bytes; expected {bytes}.");
        }

        _writer.Write(value);
    }

    public void Write(ShardRange range)
    {
        Write(Field.RangeFirst, range.First);
        Write(Field.RangeCount, range.Count);
        FieldReader.RequireAligned(type, range);
    }

    /// <summary>Writes that there is no payload.</summary>
    public void WriteNoPayload() => _writer.WriteNil();

    /// <summary>Writes the header of the payload, the end of the head.</summary>
    public void WritePayload(int bytes)
    {
        if (bytes > WireLimits.PayloadBytesMax)
        {
            throw new WireException(
                WireProblem.TooLarge, $"{type} to send: found a payload of {bytes} bytes; expected at most {WireLimits.PayloadBytesMax}.");
        }

        _writer.WriteBinHeader(bytes);
    }

    /// <summary>Ends the message.</summary>
    public void End() => _writer.Flush();
}
