using DistSgd.Fuzz.Frames;

namespace DistSgd.Training.Tests.Wire.Frames;

public sealed class FrameFuzzTests
{
    [Fact]
    public void A_hundred_thousand_damaged_frames_are_refused_and_nothing_else()
    {
        var fuzzer = new FrameFuzzer(seed: 2026);
        fuzzer.Run(100_000);
        fuzzer.Accepted.ShouldBeGreaterThan(10_000);
        fuzzer.Refused.Count.ShouldBe(9, "every problem is met");
    }
}
