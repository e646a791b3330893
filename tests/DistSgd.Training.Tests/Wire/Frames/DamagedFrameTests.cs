using System.Buffers.Binary;
using DistSgd.Fuzz.Frames;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Tests.Wire.Frames;

public sealed class DamagedFrameTests
{
    private static readonly RunShape Shape = new(16, 4, GradientEncoding.Float32);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 5)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_prefix_of_every_frame_is_incomplete(int seed)
    {
        foreach (byte[] frame in Frames(seed))
        {
            for (int length = 0; length < frame.Length; length++)
            {
                FrameBytes.TryDecode(new FrameDecoder { Shape = Shape }, frame.AsSpan(0, length), 64, out _).ShouldBeFalse();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_flipped_bit_is_seen_before_a_message_is_delivered(int seed)
    {
        foreach (byte[] frame in Frames(seed))
        {
            for (int bit = 0; bit < 8 * frame.Length; bit++)
            {
                byte[] damaged = [.. frame];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                try
                {
                    // A longer frame that never ends is refused by its peer's silence.
                    FrameBytes.TryDecode(new FrameDecoder { Shape = Shape }, damaged, 64, out _).ShouldBeFalse($"bit {bit}");
                }
                catch (WireException refused)
                {
                    refused.Message.ShouldContain("found", Case.Insensitive);
                }
            }
        }
    }

    [Fact]
    public void A_damaged_head_is_seen_before_it_decides_where_the_payload_goes()
    {
        byte[] frame = StepStarted();
        frame[FrameHeader.SizeBytes + 1] ^= 1;
        FrameHeader header = FrameHeader.Read(frame);
        var decoder = new FrameDecoder { Shape = Shape };
        Should.Throw<WireException>(() => decoder.Open(header, frame.AsSpan(FrameHeader.SizeBytes, header.HeadBytes)))
            .Problem.ShouldBe(WireProblem.BadChecksum);
    }

    [Theory]
    [InlineData(0, 0x21u, WireProblem.WrongMagic, "Frame header: found the magic number 0x00000021; expected 0x44475344.")]
    [InlineData(4, 0x00220001u, WireProblem.WrongVersion, "Frame header: found version 1 of the protocol; expected 2.")]
    [InlineData(4, 0x00630002u, WireProblem.UnknownType, "Frame header: found the message type 99, which version 2 does not have.")]
    [InlineData(8, 65537u, WireProblem.TooLarge, "StepStarted: found a head of 65537 bytes; expected at most 65536.")]
    [InlineData(8, uint.MaxValue, WireProblem.TooLarge, "StepStarted: found a head of 4294967295 bytes; expected at most 65536.")]
    [InlineData(12, (1u << 30) + 1, WireProblem.TooLarge, "StepStarted: found a payload of 1073741825 bytes; expected at most 1073741824.")]
    public void A_header_that_cannot_be_is_refused_by_name(int offset, uint value, WireProblem problem, string message)
    {
        byte[] frame = StepStarted();
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(offset), value);
        WireException refused = Should.Throw<WireException>(() => FrameHeader.Read(frame));
        refused.Problem.ShouldBe(problem);
        refused.Message.ShouldBe(message);
    }

    [Fact]
    public void A_ping_has_no_payload()
    {
        byte[] frame = FrameBytes.Of(new FrameEncoder(Shape.Encoding), new Ping(1))[0];
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(12), 4);
        Should.Throw<WireException>(() => FrameHeader.Read(frame)).Problem.ShouldBe(WireProblem.TooLarge);
    }

    [Fact]
    public void A_vector_of_another_length_is_refused_before_it_is_received()
    {
        byte[] frame = StepStarted();
        WireException refused = Should.Throw<WireException>(
            () => FrameBytes.TryDecode(new FrameDecoder { Shape = new RunShape(32, 4, GradientEncoding.Float32) }, frame, 64, out _));
        refused.Problem.ShouldBe(WireProblem.BadField);
        refused.Message.ShouldBe("StepStarted: found a payload of 64 bytes, declared as 64; expected 32 numbers, 128 bytes.");
    }

    [Fact]
    public void The_training_does_not_begin_before_the_welcome()
    {
        byte[] frame = StepStarted();
        WireException refused = Should.Throw<WireException>(() => FrameBytes.TryDecode(new FrameDecoder(), frame, 64, out _));
        refused.Problem.ShouldBe(WireProblem.OutOfPlace);
        refused.Message.ShouldBe("Found StepStarted before the peers knew each other; expected none before Welcome.");
    }

    private static byte[] StepStarted()
    {
        var step = new StepStarted { Term = 1, Step = 2, Parameters = new SampleMessages(new Random(1), Shape).Vector() };
        return FrameBytes.Of(new FrameEncoder(Shape.Encoding), step)[0];
    }

    private static IEnumerable<object> Messages(int seed) => new SampleMessages(new Random(seed), Shape).OneOfEach();

    // A further frame of a message is out of place in a decoder that has not had the first one: those are in the fuzz.
    private static IEnumerable<byte[]> Frames(int seed) =>
        Messages(seed).Select(message => FrameBytes.Of(new FrameEncoder(Shape.Encoding), message)[0]);
}
