using System.Buffers;
using System.Text;
using DistSgd.Fuzz.Frames;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;
using DistSgd.Training.Wire.MessagePack;

namespace DistSgd.Training.Tests.Wire.Peers;

public sealed class MessagePackConformanceTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_peer_writes_is_read_as_it_was_meant_and_written_with_the_same_bytes(bool single)
    {
        foreach (MessagePackPeer.Value value in MessagePackPeer.Write(seed: 11, count: 400, single))
        {
            byte[] bytes = Convert.FromHexString(value.Bytes);
            (string text, string written, int consumed) = Copy(bytes, single);
            text.ShouldBe(value.Text);
            consumed.ShouldBe(bytes.Length);
            if (!text.Contains('x'))
            {
                written.ShouldBe(value.Bytes);
            }

            var skipping = new MessagePackReader(bytes);
            skipping.Skip();
            skipping.End.ShouldBeTrue();
        }
    }

    [SkippableFact]
    public void Every_frame_is_one_value_to_the_peer_with_the_same_fields_and_the_same_bytes()
    {
        var frames = new List<byte[]>();
        foreach (GradientEncoding encoding in Enum.GetValues<GradientEncoding>())
        {
            for (int seed = 0; seed < 5; seed++)
            {
                var messages = new SampleMessages(new Random(seed), new RunShape(16 * (1 + (20 * seed)), 4, encoding));
                frames.AddRange(messages.OneOfEach().SelectMany(message => FrameBytes.Of(new FrameEncoder(encoding), message)));
            }
        }

        string[] values = [.. frames.Select(frame => Convert.ToHexStringLower(frame.AsSpan(FrameHeader.SizeBytes)))];
        MessagePackPeer.Value[] read = MessagePackPeer.Read(values);
        for (int i = 0; i < values.Length; i++)
        {
            read[i].Bytes.ShouldBe(values[i]);
            read[i].Text.ShouldBe(Copy(Convert.FromHexString(values[i]), single: false).Text);
        }
    }

    [SkippableFact]
    public void The_fields_of_a_gradient_are_where_they_are_said_to_be()
    {
        var partial = new PartialGradient(new ShardRange(2, 1), new AlignedVector(16));
        partial.Buffer.Span[0] = 1.5f;
        partial.Add(new SliceStatistics { Shard = 2, Examples = 32, LossSum = 0.5, Correct = 31, SquaredNorm = 2.25 }, isSummed: true);
        var gradient = new GradientComputed { Worker = ActorId.Worker(0), Term = 1, Step = 70_000, ComputeTime = TimeSpan.FromMicroseconds(300), Partials = [partial] };
        byte[] frame = FrameBytes.Of(new FrameEncoder(GradientEncoding.Float32), gradient)[0];
        string vector = $"0000c03f{new string('0', 120)}";
        MessagePackPeer.Read([Convert.ToHexStringLower(frame.AsSpan(FrameHeader.SizeBytes))])[0].Text
            .ShouldBe($"[i1 i70000 s776f726b65722d30 i300 i2 i1 [[i2 i32 f3fe0000000000000 i31 f4002000000000000]] b{vector}]");
    }

    private static (string Text, string Written, int Consumed) Copy(byte[] bytes, bool single)
    {
        var text = new StringBuilder();
        var output = new ArrayBufferWriter<byte>();
        var reader = new MessagePackReader(bytes);
        var writer = new MessagePackWriter(output);
        ValueText.Copy(ref reader, ref writer, text, single);
        writer.Flush();
        return (text.ToString(), Convert.ToHexStringLower(output.WrittenSpan), reader.Consumed);
    }
}
