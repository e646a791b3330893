using DistSgd.Hosting.Node;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Protocol;

namespace DistSgd.Hosting.Tests.Node;

public sealed class RefusalsTests
{
    private readonly ManualClock _clock = new();
    private readonly List<PeerRefused> _reported = [];

    [Fact]
    public void One_refusal_a_second_is_reported_and_the_others_are_counted()
    {
        var refusals = new Refusals(_clock, _reported.Add);
        for (int i = 0; i < 1_000; i++)
        {
            refusals.Report($"peer-{i}", "wrong token");
            _clock.Advance(TimeSpan.FromMilliseconds(2.5));
        }

        _reported.ShouldBe(
        [
            new PeerRefused("peer-0", "wrong token"),
            new PeerRefused("peer-400", "wrong token (399 more since the last report)"),
            new PeerRefused("peer-800", "wrong token (399 more since the last report)"),
        ]);
    }

    [Fact]
    public void Who_is_alone_is_reported_at_once()
    {
        var refusals = new Refusals(_clock, _reported.Add);
        refusals.Report("a", "x");
        _clock.Advance(TimeSpan.FromSeconds(1));
        refusals.Report("b", "y");
        _reported.ShouldBe([new PeerRefused("a", "x"), new PeerRefused("b", "y")]);
    }

    [Fact]
    public void Nobody_waits_for_whoever_reports()
    {
        var busy = new ManualResetEventSlim();
        var done = new ManualResetEventSlim();
        var refusals = new Refusals(_clock, _ =>
        {
            busy.Set();
            done.Wait(Limited.Limit);
        });
        BackgroundWork first = Limited.Start(() => refusals.Report("a", "x"), "the first report");
        busy.Wait(Limited.Limit).ShouldBeTrue();
        Limited.Run(() => refusals.Report("b", "y"), "the second report");
        done.Set();
        first.Join();
    }
}
