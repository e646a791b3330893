using System.Globalization;
using System.Text;
using DistSgd.Training.Wire.MessagePack;

namespace DistSgd.Training.Tests.Wire.Peers;

/// <summary>Any MessagePack value as the text that msgpack_values.py describes it with, and as our writer writes it.</summary>
internal static class ValueText
{
    /// <summary>Reads the next value and writes it again.</summary>
    public static void Copy(ref MessagePackReader reader, ref MessagePackWriter writer, StringBuilder text, bool single)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.TryReadNil().ShouldBeTrue();
                writer.WriteNil();
                text.Append("nil");
                break;
            case MessagePackType.Boolean:
                bool truth = reader.ReadBoolean();
                writer.Write(truth);
                text.Append(truth ? "true" : "false");
                break;
            case MessagePackType.Integer: CopyWhole(ref reader, ref writer, text); break;
            case MessagePackType.Float: CopyNumber(ref reader, ref writer, text, single); break;
            case MessagePackType.String:
                string words = reader.ReadString()!;
                writer.Write(words);
                text.Append('s').Append(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(words)));
                break;
            case MessagePackType.Binary:
                ReadOnlySpan<byte> bytes = reader.ReadBytes();
                writer.Write(bytes);
                text.Append('b').Append(Convert.ToHexStringLower(bytes));
                break;
            case MessagePackType.Array:
                int count = reader.ReadArrayHeader();
                writer.WriteArrayHeader(count);
                CopyAll(ref reader, ref writer, text.Append('['), count, single);
                text.Append(']');
                break;
            case MessagePackType.Map:
                int pairs = reader.ReadMapHeader();
                writer.WriteMapHeader(pairs);
                CopyAll(ref reader, ref writer, text.Append('{'), 2 * pairs, single);
                text.Append('}');
                break;
            default:
                reader.NextMessagePackType.ShouldBe(MessagePackType.Extension);
                reader.Skip(); // the protocol has none, so they are not written
                writer.WriteNil();
                text.Append('x');
                break;
        }
    }

    private static void CopyAll(ref MessagePackReader reader, ref MessagePackWriter writer, StringBuilder text, int count, bool single)
    {
        for (int i = 0; i < count; i++)
        {
            text.Append(i > 0 ? " " : "");
            Copy(ref reader, ref writer, text, single);
        }
    }

    private static void CopyWhole(ref MessagePackReader reader, ref MessagePackWriter writer, StringBuilder text)
    {
        bool isNegative = reader.NextCode is >= 0xd0 and <= 0xd3 or >= 0xe0;
        if (isNegative)
        {
            long value = reader.ReadInt64();
            writer.Write(value);
            text.Append(CultureInfo.InvariantCulture, $"i{value}");
        }
        else
        {
            ulong value = reader.ReadUInt64();
            writer.Write(value);
            text.Append(CultureInfo.InvariantCulture, $"i{value}");
        }
    }

    private static void CopyNumber(ref MessagePackReader reader, ref MessagePackWriter writer, StringBuilder text, bool single)
    {
        double value = single ? reader.ReadSingle() : reader.ReadDouble();
        if (single)
        {
            writer.Write((float)value);
        }
        else
        {
            writer.Write(value);
        }

        text.Append(CultureInfo.InvariantCulture, $"f{BitConverter.DoubleToInt64Bits(value):x16}");
    }
}
