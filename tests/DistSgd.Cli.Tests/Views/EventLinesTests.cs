using DistSgd.Cli.Views;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Tests.Views;

public class EventLinesTests
{
    private static readonly TrainingEvent[] Alerts = [Events.Raised(0), Events.Raised(1), Events.Raised(2)];

    [Fact]
    public void A_stop_is_told_once_with_its_reason_after_the_alerts()
    {
        IEnumerable<TrainingEvent> stops = Enumerable.Range(0, 3).Select(shard => Events.Action(TrainingActions.Stop, 2, shard));
        TrainingAction stop = Events.Action(TrainingActions.Stop, 2, detail: "it was not finite");
        string[] lines = Lines([.. stops, stop, .. Alerts, Events.Finished(2)]);
        lines[^1].ShouldBe("step 2/100: stopped by the monitor: it was not finite");
        lines.Count(line => line.Contains("stopped", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void A_stop_is_told_also_when_the_run_then_fails()
    {
        var lines = new EventLines(ConsoleLevel.Warning, 100);
        lines.Of(Events.Action(TrainingActions.Stop, 2)).ShouldBeEmpty();
        lines.Rest().ShouldBe(["step 2/100: stopped by the monitor: a loss was not finite"]);
        lines.Rest().ShouldBeEmpty();
    }

    [Fact]
    public void An_advice_is_given_once_for_alerts_that_share_it() =>
        Lines([.. Alerts, Events.Raised(3, "warm up")]).ShouldBe(
        [
            "alert nonfinite raised: NaN or infinity in the loss of shard 0 at step 2",
            "  advice: lower the learning rate",
            "alert nonfinite raised: NaN or infinity in the loss of shard 1 at step 2",
            "alert nonfinite raised: NaN or infinity in the loss of shard 2 at step 2",
            "alert nonfinite raised: NaN or infinity in the loss of shard 3 at step 2",
            "  advice: warm up",
        ]);

    [Fact]
    public void An_action_of_several_shards_is_told_once()
    {
        TrainingEvent[] actions = [.. Enumerable.Range(0, 4).Select(shard => Events.Action(TrainingActions.Rollback, 2, shard))];
        Lines([.. actions, Events.Window(10), Events.Window(20)]).ShouldBe(
            ["step 2/100: rolled back to the last checkpoint: a loss was not finite"]);
    }

    [Fact]
    public void Actions_close_together_are_told_in_one_line()
    {
        TrainingEvent[] actions = [.. new[] { 2, 4, 6, 12 }.Select(step => Events.Action(TrainingActions.Rollback, step))];
        Lines([.. actions, Events.Window(20), Events.Window(30)]).ShouldBe(
            ["steps 2 to 12/100: rolled back to the last checkpoint 4 times: a loss was not finite"]);
    }

    [Fact]
    public void Different_actions_are_told_apart() =>
        Lines([Events.Action(TrainingActions.SkipSlice, 2), Events.Action(TrainingActions.SkipStep, 3), Events.Finished(3)]).ShouldBe(
            ["step 2/100: slices left out: a loss was not finite", "step 3/100: skipped: a loss was not finite"]);

    [Fact]
    public void Parts_have_the_names_that_options_and_results_have() =>
        Lines([Events.Evaluated(10, DataSplits.Train), Events.Evaluated(10, DataSplits.Test)]).ShouldBe(
            ["step 10/100: training: loss 0.08538, accuracy 97.34 %", "step 10/100: test: loss 0.08538, accuracy 97.34 %"]);

    [Fact]
    public void A_terminal_is_not_steered_by_what_an_event_says() =>
        Lines([Events.Action(TrainingActions.SkipStep, 1, detail: "\e[2Jgone"), Events.Finished(1)]).ShouldBe(
            [@"step 1/100: skipped: \x1b[2Jgone"]);

    [Theory]
    [InlineData(ConsoleLevel.Off, 0)]
    [InlineData(ConsoleLevel.Warning, 2)]
    [InlineData(ConsoleLevel.Info, 4)]
    public void The_level_decides_what_is_shown(ConsoleLevel level, int count)
    {
        var lines = new EventLines(level, 100);
        TrainingEvent[] events = [Events.Resumed(5), Events.Evaluated(10), Events.Raised(0)];
        events.Sum(e => lines.Of(e).Count).ShouldBe(count);
    }

    [Fact]
    public void A_run_in_one_process_does_not_tell_of_its_workers()
    {
        TrainingEvent[] events = [Events.Resumed(5), Events.Member("worker-0", MembershipChanges.Joined, [0]), Events.Window(10)];
        Lines(events).ShouldBe(["resumed after step 5 from step-5.safetensors"]);
        var cluster = new EventLines(ConsoleLevel.Info, 100, tellsMembers: true);
        events.SelectMany(cluster.Of).ShouldBe(["resumed after step 5 from step-5.safetensors", "1 of 2 workers joined: worker-0"]);
    }

    [Fact]
    public void Where_warnings_alone_are_shown_a_lost_worker_is()
    {
        var lines = new EventLines(ConsoleLevel.Warning, 100, tellsMembers: true);
        lines.Of(Events.Member("worker-0", MembershipChanges.Joined, [0])).ShouldBeEmpty();
        lines.Of(Events.Member("worker-0", MembershipChanges.Lost, [0])).ShouldBe(["worker-0 lost, shard 0"]);
    }

    private static string[] Lines(IEnumerable<TrainingEvent> events)
    {
        var lines = new EventLines(ConsoleLevel.Info, 100);
        return [.. events.SelectMany(lines.Of)];
    }
}
