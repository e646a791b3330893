using System.Buffers;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.MessagePack;

namespace DistSgd.Training.Tests.Wire.MessagePack;

internal delegate void Write(ref MessagePackWriter writer);

internal delegate void Read(ref MessagePackReader reader);

/// <summary>MessagePack as the hexadecimal digits in which the specification has its examples.</summary>
internal static class Hexadecimal
{
    public static string Written(Write write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    public static MessagePackReader Reader(string hex) => new(Convert.FromHexString(hex));

    public static WireException Refused(string hex, Read read, WireProblem problem)
    {
        WireException refused = Should.Throw<WireException>(() =>
        {
            MessagePackReader reader = Reader(hex);
            read(ref reader);
        });
        refused.Problem.ShouldBe(problem);
        refused.Message.ShouldStartWith("Offset ");
        return refused;
    }

    public static void Skipped(string hex)
    {
        MessagePackReader reader = Reader(hex + "2a");
        reader.Skip();
        reader.End.ShouldBeFalse();
        reader.Consumed.ShouldBe(hex.Length / 2);
        reader.ReadInt32().ShouldBe(42);
        reader.End.ShouldBeTrue();
    }
}
