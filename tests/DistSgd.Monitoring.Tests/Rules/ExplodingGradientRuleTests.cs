using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

public class ExplodingGradientRuleTests
{
    private readonly RuleSet _rules = new(new ExplodingGradientRule(new ExplodingGradientThresholds()));

    [Fact]
    public void A_large_norm_is_named_with_its_step_layer_worker_and_shard()
    {
        Alert alert = _rules.Replay([SampleRun.Started(784, 128, 64, 10), .. SampleRun.Window(SampleRun.Step(10, norm: 250), 30, 240, 60)])
            .ShouldHaveSingleItem();

        alert.Rule.ShouldBe("exploding_gradient");
        alert.State.ShouldBe(AlertStates.Raised);
        alert.Step.ShouldBe(7);
        alert.SeenAtStep.ShouldBe(10);
        alert.Layer.ShouldBe(1);
        alert.Worker.ShouldBe("worker-1");
        alert.Shard.ShouldBe(2);
        alert.Value.ShouldBe(250);
        alert.Threshold.ShouldBe(100);
        alert.Message.ShouldBe(
            "mean gradient norm: 250 over steps 1 to 10; healthy is at most 100. Its peak is 500 at step 7, most of it in layer 1 (up to 480)");
        alert.Advice.ShouldBe(Advice.For(Symptom.ExplodingGradient).Fix);
    }

    [Fact]
    public void The_alert_comes_with_the_last_layer_of_the_window()
    {
        TrainingEvent[] window = [.. SampleRun.Window(SampleRun.Step(10, norm: 250), 240, 60)];
        _rules.Observe(SampleRun.Started(784, 128, 10));

        window.Select(e => _rules.Observe(e).Count).ShouldBe([0, 0, 1]);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e30)]
    public void Infinite_norms_are_large_too(double norm) =>
        _rules.Replay([SampleRun.Started(784, 128, 10), .. SampleRun.Window(SampleRun.Step(10, norm), norm, 1)])
            .ShouldHaveSingleItem().Layer.ShouldBe(0);

    [Fact]
    public void It_fires_once_and_resolves_after_a_hundred_calm_steps()
    {
        IEnumerable<TrainingEvent> run = Enumerable.Range(1, 40).Select(i => SampleRun.Step(10 * i, norm: i is >= 5 and <= 8 ? 300 : 1));

        States([.. run, SampleRun.Finished(400)]).ShouldBe(["raised at 50", "resolved at 180"]);
    }

    [Fact]
    public void A_tenfold_growth_over_the_median_fires_below_the_limit_of_the_norm()
    {
        Alert alert = _rules.Replay([.. Steady(20, norm: 2), SampleRun.Step(210, norm: 21), SampleRun.Finished(210)]).ShouldHaveSingleItem();

        alert.Value.ShouldBe(10.5);
        alert.Message.ShouldStartWith("mean gradient norm over its median of 100 steps: 10.5 over steps 201 to 210; healthy is at most 10.");
    }

    [Fact]
    public void Growth_is_not_judged_before_the_median_covers_its_steps() =>
        States([.. Steady(9, norm: 2), SampleRun.Step(100, norm: 50), SampleRun.Finished(100)]).ShouldBeEmpty();

    [Fact]
    public void Growth_is_not_judged_when_the_training_set_has_been_learned() =>
        States([.. Steady(20, norm: 1e-3, accuracy: 0.998), SampleRun.Step(210, 0.1, 0.995), SampleRun.Finished(210)]).ShouldBeEmpty();

    [Fact]
    public void Single_example_gradients_are_judged_by_their_mean_only()
    {
        // Eleven windows in twelve have norm 1, one has norm 900: raw windows would fire, the mean over 52 of them, about 76, must not.
        IEnumerable<TrainingEvent> run = Enumerable.Range(1, 600).Select(i => SampleRun.Step(10 * i, norm: i % 12 == 0 ? 900 : 1, batch: 1));

        States([.. run, SampleRun.Finished(6000)]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.1, new[] { "raised at 100" })]
    [InlineData(0.9, new string[0])]
    public void A_steep_ratio_of_the_layers_counts_while_accuracy_is_poor(double accuracy, string[] expected)
    {
        IEnumerable<TrainingEvent> run = Enumerable.Range(1, 15)
            .SelectMany(i => SampleRun.Window(SampleRun.Step(10 * i, norm: 8, accuracy), 8, 0.1));

        States([SampleRun.Started(784, 128, 10), .. run]).ShouldBe(expected);
    }

    [Fact]
    public void Skipped_steps_are_passed_over() =>
        States([.. Enumerable.Range(1, 30).Select(i => SampleRun.Skipped(10 * i)), SampleRun.Finished(300)]).ShouldBeEmpty();

    private static IEnumerable<TrainingEvent> Steady(int windows, double norm, double accuracy = 0.9) =>
        Enumerable.Range(1, windows).Select(i => SampleRun.Step(10 * i, norm, accuracy));

    private string[] States(IEnumerable<TrainingEvent> events) =>
        [.. _rules.Replay(events).Select(alert => $"{alert.State} at {alert.SeenAtStep}")];
}
