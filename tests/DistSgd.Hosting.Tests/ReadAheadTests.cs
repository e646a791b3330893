using DistSgd.Hosting.Logging;
using DistSgd.Monitoring.Events;

namespace DistSgd.Hosting.Tests;

/// <summary>Reading ahead changes nothing but the time.</summary>
public sealed class ReadAheadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(20_000)]
    public void Everything_comes_in_its_order(int count) =>
        Events(count).Ahead().Cast<CheckpointWritten>().Select(written => written.Step).ShouldBe(Enumerable.Range(0, count).Select(i => (long)i));

    [Fact]
    public void A_failure_comes_after_what_was_read_before_it()
    {
        int seen = 0;
        Should.Throw<IOException>(() =>
        {
            foreach (TrainingEvent _ in Events(2000).Concat(Failing()).Ahead())
            {
                seen++;
            }
        }).Message.ShouldBe("broken disk");
        seen.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Who_has_enough_may_leave() => Events(int.MaxValue).Ahead().Take(3).Count().ShouldBe(3);

    private static IEnumerable<TrainingEvent> Events(int count) => Enumerable.Range(0, count).Select(i =>
        new CheckpointWritten { Time = DateTimeOffset.UnixEpoch, Step = i, File = "f", ParametersSha256 = "00", Bytes = 1 });

    private static IEnumerable<TrainingEvent> Failing() => Enumerable.Range(0, 1).Select<int, TrainingEvent>(_ => throw new IOException("broken disk"));
}
