using System.Buffers;
using MessagePack;

namespace DistSgd.Akka.Tests.Wire;

/// <summary>The reader and writer of the MessagePack package, used word for word as ours are: either could take the other's place.</summary>
internal static class PackageCodec
{
    /// <summary>Reads bytes that are one value: null, bool, ulong, long below zero, float, double, string, byte[], or object?[] of such.</summary>
    public static object? Read(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        object? value = Read(ref reader);
        reader.End.ShouldBeTrue();
        return value;
    }

    /// <summary>Writes such a value.</summary>
    public static byte[] Write(object? value)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        Write(ref writer, value);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static object? Read(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.TryReadNil().ShouldBeTrue();
                return null;
            case MessagePackType.Boolean: return reader.ReadBoolean();
            case MessagePackType.Integer when reader.NextCode is (>= 0xd0 and <= 0xd3) or >= 0xe0: return reader.ReadInt64();
            case MessagePackType.Integer: return reader.ReadUInt64();
            case MessagePackType.Float when reader.NextCode == 0xca: return reader.ReadSingle();
            case MessagePackType.Float: return reader.ReadDouble();
            case MessagePackType.String: return reader.ReadString();
            case MessagePackType.Binary: return reader.ReadBytes()!.Value.ToArray();
            case MessagePackType.Array:
                var values = new object?[reader.ReadArrayHeader()];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = Read(ref reader);
                }

                return values;
            default: throw new InvalidOperationException($"{reader.NextMessagePackType} is no type of the protocol.");
        }
    }

    private static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNil(); break;
            case bool truth: writer.Write(truth); break;
            case ulong whole: writer.Write(whole); break;
            case long whole: writer.Write(whole); break;
            case float number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case string text: writer.Write(text); break;
            case byte[] bytes: writer.Write(bytes); break;
            case object?[] values:
                writer.WriteArrayHeader(values.Length);
                foreach (object? element in values)
                {
                    Write(ref writer, element);
                }

                break;
            default: throw new InvalidOperationException($"{value.GetType()} is no type of the protocol.");
        }
    }
}
