using DistSgd.Training.Wire;
using DistSgd.Training.Wire.MessagePack;
using FsCheck;
using FsCheck.Fluent;
using static DistSgd.Training.Tests.Wire.MessagePack.Hexadecimal;

namespace DistSgd.Training.Tests.Wire.MessagePack;

public sealed class MessagePackRefusalTests
{
    [Fact]
    public void Nesting_has_a_limit()
    {
        string deep = string.Concat(Enumerable.Repeat("91", WireLimits.NestingDepthMax)) + "c0";
        Skipped(deep);
        Refused("91" + deep, (ref MessagePackReader reader) => reader.Skip(), WireProblem.TooLarge).Message.ShouldContain("more than 64");
        string endless = string.Concat(Enumerable.Repeat("91", 1_000_000));
        Refused(endless, (ref MessagePackReader reader) => reader.Skip(), WireProblem.TooLarge);
    }

    [Theory]
    [InlineData("dbffffffff61")]
    [InlineData("c6ffffffff61")]
    [InlineData("ddffffffff61")]
    [InlineData("dfffffffff61")]
    [InlineData("c9ffffffff0161")]
    [InlineData("c67fffffff61")]
    public void A_length_beyond_the_bytes_is_refused_before_anything_is_allocated(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Should.Throw<WireException>(() => new MessagePackReader(bytes).Skip());
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            new MessagePackReader(bytes).Skip();
        }
        catch (WireException refused)
        {
            refused.Problem.ShouldBe(WireProblem.Truncated);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    }

    [Fact]
    public void The_byte_that_begins_nothing_is_refused_everywhere()
    {
        Reader("c1").NextMessagePackType.ShouldBe(MessagePackType.Unknown);
        Refused("c1", (ref MessagePackReader reader) => reader.Skip(), WireProblem.Malformed);
        Refused("c1", (ref MessagePackReader reader) => reader.ReadInt64(), WireProblem.Malformed)
            .Message.ShouldBe("Offset 0: found 0xc1 (Unknown); expected a whole number.");
        Refused("c1", (ref MessagePackReader reader) => reader.ReadDouble(), WireProblem.Malformed);
        Refused("", (ref MessagePackReader reader) => reader.Skip(), WireProblem.Truncated)
            .Message.ShouldBe("Offset 0: found 0 more bytes; expected at least 1.");
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_nothing_else()
    {
        Read[] reads =
        [
            (ref MessagePackReader reader) => reader.Skip(),
            (ref MessagePackReader reader) => reader.ReadInt32(),
            (ref MessagePackReader reader) => reader.ReadInt64(),
            (ref MessagePackReader reader) => reader.ReadUInt64(),
            (ref MessagePackReader reader) => reader.ReadSingle(),
            (ref MessagePackReader reader) => reader.ReadDouble(),
            (ref MessagePackReader reader) => reader.ReadString(),
            (ref MessagePackReader reader) => reader.ReadBytes(),
            (ref MessagePackReader reader) => reader.ReadBinHeader(),
            (ref MessagePackReader reader) => reader.ReadArrayHeader(),
            (ref MessagePackReader reader) => reader.ReadMapHeader(),
            (ref MessagePackReader reader) => reader.ReadBoolean(),
            (ref MessagePackReader reader) => reader.TryReadNil(),
        ];
        Prop.ForAll<byte[]>(bytes =>
        {
            // Every first byte with every method, so a few arrays are enough.
            for (int code = 0; code < 256; code++)
            {
                byte[] input = [(byte)code, .. bytes];
                foreach (Read read in reads)
                {
                    try
                    {
                        var reader = new MessagePackReader(input);
                        read(ref reader);
                        reader.Consumed.ShouldBeInRange(0, input.Length);
                    }
                    catch (WireException)
                    {
                    }
                }
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(20));
    }
}
