using System.Text.Json.Nodes;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

/// <summary>The rules about evaluations, updates, staleness and silence.</summary>
public sealed class OtherRuleTests
{
    [Fact]
    public void A_validation_loss_that_rises_above_its_best_is_overfitting()
    {
        Alert alert = Evaluated([0.5, 0.3, 0.31, 0.4, 0.42], [0.4, 0.2, 0.1, 0.05, 0.04]).ShouldHaveSingleItem();
        alert.Rule.ShouldBe(OverfittingRule.RuleName);
        alert.Value!.Value.ShouldBe((0.42 / 0.3) - 1, 1e-12);
        alert.Advice!.ShouldContain("regularize");
    }

    [Fact]
    public void Where_both_losses_swing_it_is_none() =>
        Evaluated([0.5, 0.3, 0.6, 0.7, 0.3, 0.6, 0.7], [0.4, 0.2, 0.4, 0.4, 0.2, 0.4, 0.4]).ShouldBeEmpty();

    [Fact]
    public void Ripples_of_the_little_that_is_left_are_none() =>
        Evaluated([0.5, 0.006, 0.007, 0.0071, 0.008], [0.4, 0.005, 0.004, 0.003, 0.002]).ShouldBeEmpty();

    [Fact]
    public void A_gap_without_a_rise_is_none() => Evaluated([0.5, 0.3, 0.2, 0.19], [0.1, 0.05, 0.01, 0.001]).ShouldBeEmpty();

    [Fact]
    public void Evaluations_that_bring_nothing_are_overtraining()
    {
        double[] still = [.. Enumerable.Repeat(0.3, 12)];
        Alert alert = Evaluated([0.5, .. still], [0.7, .. still]).ShouldHaveSingleItem();
        alert.Rule.ShouldBe(OvertrainingRule.RuleName);
        alert.SeenAtStep.ShouldBe(120); // the tenth evaluation after the best, which is the second
    }

    [Fact]
    public void A_model_that_has_never_learned_is_not_overtrained()
    {
        double[] still = [.. Enumerable.Repeat(0.7, 30)];
        Evaluated(still, still).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(100, "at most 10", "lower the learning rate")]
    [InlineData(1e-10, "at least 1E-08", "raise the learning rate")]
    public void An_update_out_of_bounds_is_told_with_its_layer(double ratio, string message, string advice)
    {
        IReadOnlyList<Alert> alerts = Replay([.. Windows(30, layer => layer with { UpdateNorm = layer.Layer == 1 ? ratio * layer.WeightNorm : 1e-3 * layer.WeightNorm })]);
        Alert alert = alerts.Single(said => said.Rule == UpdateRatioRule.RuleName);
        alerts.Select(said => said.Layer).ShouldAllBe(layer => layer == 1);
        alert.Message.ShouldContain(message);
        alert.Advice!.ShouldStartWith(advice);
    }

    [Fact]
    public void Logs_without_update_norms_are_not_judged_by_them() => Replay([.. Windows(30, layer => layer)]).ShouldBeEmpty();

    [Fact]
    public void Zero_weights_are_told_at_once()
    {
        Alert alert = Replay([.. Windows(10, layer => layer with { WeightNorm = layer.Layer == 0 ? 0 : 1 })]).ShouldHaveSingleItem();
        (alert.Rule, alert.Layer, alert.SeenAtStep).ShouldBe((ZeroWeightsRule.RuleName, 0, 10));
    }

    [Theory]
    [InlineData(11, false)] // eleven updates over four shards: under three steps
    [InlineData(13, true)]
    public void The_age_of_gradients_is_counted_in_steps(int age, bool isStale)
    {
        int[] ledger = new int[age + 1];
        ledger[age] = 40;
        IReadOnlyList<Alert> alerts = Replay([.. Steps(100).Select(window => window with { Staleness = ledger })]);
        alerts.Select(alert => alert.Rule).ShouldBe(isStale ? [StaleGradientsRule.RuleName] : []);
    }

    [Fact]
    public void Silence_is_told_by_what_ends_it_and_not_across_lives()
    {
        StepWindow[] windows = [.. Steps(20)];
        TrainingEvent Late(TrainingEvent trainingEvent) => trainingEvent with { Time = trainingEvent.Time.AddSeconds(90) };
        Alert alert = Replay([windows[0], Late(windows[1])]).ShouldHaveSingleItem();
        (alert.Rule, alert.Value).ShouldBe((StalledRunRule.RuleName, 90.01));
        Replay([windows[0], Late(SampleRun.Resumed(10)), Late(windows[1])]).ShouldBeEmpty();
        Replay([windows[0], windows[1] with { Time = windows[1].Time.AddSeconds(-90) }]).ShouldBeEmpty(); // a clock that was set back
    }

    [Theory]
    [InlineData(2.5, false)]
    [InlineData(4, true)]
    public void A_worker_that_keeps_the_others_waiting_is_named(double factor, bool isStraggler)
    {
        IReadOnlyList<Alert> alerts = Replay([.. Answers(250, (worker, _) => worker == 2 ? factor * 0.002 : 0.002)]);
        alerts.Select(alert => (alert.Rule, alert.Worker, alert.SeenAtStep)).ShouldBe(isStraggler ? [(StragglerRule.RuleName, "worker-2", 100L)] : []);
    }

    [Fact]
    public void Delays_below_a_millisecond_are_passed_over_and_so_is_a_single_worker()
    {
        Replay([.. Answers(250, (worker, _) => worker == 2 ? 900e-6 : 100e-6)]).ShouldBeEmpty();
        Replay([.. Answers(250, (_, _) => 5).Where(one => one is not WorkerWindow { Worker: not "worker-0" })]).ShouldBeEmpty();
    }

    [Fact]
    public void Where_nobody_waits_there_is_no_straggler()
    {
        RunStarted started = SampleRun.Started(8, 4, 2) with { Config = new JsonObject { ["cluster"] = new JsonObject { ["mode"] = "async" } } };
        RuleSet.Create(new RuleSettings()).Replay([started, .. Answers(600, (worker, _) => worker == 0 ? 0.1 : 0.01)]).ShouldBeEmpty();
    }

    [Fact]
    public void A_straggler_that_catches_up_is_none_any_more() =>
        Replay([.. Answers(600, (worker, step) => worker == 0 && step <= 300 ? 0.1 : 0.01)]).Select(alert => (alert.State, alert.Worker))
            .ShouldBe([(AlertStates.Raised, "worker-0"), (AlertStates.Resolved, "worker-0")]);

    [Fact]
    public void Rules_that_are_off_say_nothing()
    {
        var off = new RuleSettings { ZeroWeights = false, UpdateRatio = null };
        RuleSet.Create(off).Replay([SampleRun.Started(8, 4, 2), .. Windows(10, layer => layer with { WeightNorm = 0, UpdateNorm = 5 })]).ShouldBeEmpty();
    }

    private static IReadOnlyList<Alert> Evaluated(double[] validation, double[] training) => Replay([.. validation.Zip(training).SelectMany((pair, i) => (TrainingEvent[])[
        SampleRun.Step((i + 1) * SampleRun.StepEvery) with { LossMean = pair.Second, LossMax = pair.Second },
        SampleRun.Evaluation((i + 1) * SampleRun.StepEvery, pair.First),
    ])]);

    private static IEnumerable<TrainingEvent> Answers(int steps, Func<int, long, double> seconds) => Steps(steps).SelectMany(window => (TrainingEvent[])[
        window,
        .. Enumerable.Range(0, 3).Select(worker => new WorkerWindow
        {
            Time = window.Time,
            Worker = $"worker-{worker}",
            Step = window.Step,
            Epoch = 1,
            Count = window.Count,
            ResponseSecondsMean = seconds(worker, window.Step),
            ResponseSecondsMax = seconds(worker, window.Step),
        }),
    ]);

    private static IEnumerable<StepWindow> Steps(int steps) =>
        Enumerable.Range(1, steps / SampleRun.StepEvery).Select(i => SampleRun.Step(i * SampleRun.StepEvery));

    private static IEnumerable<TrainingEvent> Windows(int steps, Func<LayerWindow, LayerWindow> change) => Steps(steps).SelectMany(window => (TrainingEvent[])[
        window, change(SampleRun.Layer(0, window.Step)), change(SampleRun.Layer(1, window.Step)),
    ]);

    private static IReadOnlyList<Alert> Replay(IReadOnlyList<TrainingEvent> events) =>
        RuleSet.Create(new RuleSettings()).Replay([SampleRun.Started(8, 4, 2), .. events]);
}
