using DistSgd.Fuzz.Frames;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

namespace DistSgd.Training.Tests.Wire.Frames;

/// <summary>The bytes of version 2, written down: whoever changes them has to change the version.</summary>
public sealed class GoldenFrameTests
{
    [Fact]
    public void A_ping() => Hex(new Ping(300)).ShouldBe(
            "4453474402000600"
            + "0400000000000000"
            + "c294d3380580062df4c999ac300d9391"
            + "91cd012c");

    [Fact]
    public void A_greeting() => Hex(new Hello("worker-1", NodeRole.Worker, "mnist")).ShouldBe(
            "4453474402000100"
            + "1100000000000000"
            + "c294d3380580062dce728c8653e0cf98"
            + "93a8776f726b65722d3101a56d6e697374");

    [Fact]
    public void Shards_for_a_worker() => Hex(new AssignShards(3, [0, 1, 200])).ShouldBe(
            "4453474402002100"
            + "0700000000000000"
            + "c294d3380580062de8b469ff211bce53"
            + "9203930001ccc8");

    [Fact]
    public void A_step()
    {
        var parameters = new AlignedVector(16);
        parameters.Span[0] = 1;
        parameters.Span[15] = -2.5f;
        Hex(new StepStarted { Term = 1, Step = 70_000, Parameters = parameters }).ShouldBe(
            "4453474402002200"
            + "0900000040000000"
            + "05dbacae9fab1102d78826417ac8e1a7"
            + "9301ce00011170c4400000803f0000000000000000000000000000000000000000000000000000000000000000000000"
            + "000000000000000000000000000000000000000000000020c0");
    }

    [Theory]
    [InlineData(
        GradientEncoding.Float32,
        "4453474402002300"
        + "2a00000040000000"
        + "47c4df64085f3e86e101f50ea618d33d"
        + "980107a8776f726b65722d30cd012c020191950220cb3fe00000000000001fcb4002000000000000c440000000000000c03f00"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000")]
    [InlineData(
        GradientEncoding.Bfloat16,
        "4453474402002300"
        + "2a00000020000000"
        + "1cab5c661cc081c32eb1d515983f658d"
        + "980107a8776f726b65722d30cd012c020191950220cb3fe00000000000001fcb4002000000000000c4200000c03f0000000000"
        + "0000000000000000000000000000000000000000000000")]
    public void A_gradient(GradientEncoding encoding, string expected)
    {
        var partial = new PartialGradient(new ShardRange(2, 1), new AlignedVector(16));
        partial.Buffer.Span[1] = 1.5f;
        partial.Add(new SliceStatistics { Shard = 2, Examples = 32, LossSum = 0.5, Correct = 31, SquaredNorm = 2.25 }, isSummed: true);
        var gradient = new GradientComputed { Worker = ActorId.Worker(0), Term = 1, Step = 7, ComputeTime = TimeSpan.FromMicroseconds(300), Partials = [partial] };
        Hex(gradient, encoding).ShouldBe(expected);
    }

    private static string Hex(object message, GradientEncoding encoding = GradientEncoding.Float32) =>
        Convert.ToHexStringLower(FrameBytes.Of(new FrameEncoder(encoding), message)[0]);
}
