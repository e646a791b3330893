using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

public class NonFiniteRuleTests
{
    private readonly RuleSet _rules = new(new NonFiniteRule());

    [Fact]
    public void A_poisoned_slice_is_named_with_worker_shard_layer_step_and_examples()
    {
        Alert alert = _rules.Observe(SampleRun.NonFinite(57, "worker-2", shard: 3, layer: 1)).ShouldHaveSingleItem();

        alert.Rule.ShouldBe("nonfinite");
        alert.Severity.ShouldBe(AlertSeverities.Critical);
        alert.State.ShouldBe(AlertStates.Raised);
        alert.Step.ShouldBe(57);
        alert.Worker.ShouldBe("worker-2");
        alert.Shard.ShouldBe(3);
        alert.Layer.ShouldBe(1);
        alert.Examples.ShouldBe([3, 1, 4]);
        alert.Message.ShouldBe("NaN or infinity in the gradient of shard 3 on worker-2 in layer 1 at step 57 (training examples 3, 1, 4)");
        alert.Advice.ShouldBe(Advice.For(Symptom.NonFinite).Fix);
    }

    [Fact]
    public void The_same_source_is_named_once_and_resolved_after_a_hundred_calm_steps()
    {
        string[] said = Say(
            SampleRun.NonFinite(5, "a", 0), SampleRun.NonFinite(7, "a", 0), SampleRun.Step(10) with { FirstNonFiniteStep = 5 },
            SampleRun.Step(100), SampleRun.Step(110), SampleRun.Step(120), SampleRun.NonFinite(125, "a", 0));

        said.ShouldBe(["raised a 0 at 5", "resolved a 0 at 110", "raised a 0 at 125"]);
    }

    [Fact]
    public void Another_source_is_named_too_but_not_more_than_four_at_a_time()
    {
        string[] said = Say([.. Enumerable.Range(0, 6).Select(shard => SampleRun.NonFinite(5, "a", shard))]);

        said.ShouldBe(["raised a 0 at 5", "raised a 1 at 5", "raised a 2 at 5", "raised a 3 at 5"]);
    }

    [Fact]
    public void A_window_that_no_action_explains_raises_the_alert()
    {
        Alert alert = _rules.Observe(SampleRun.Skipped(20)).ShouldHaveSingleItem();

        alert.Step.ShouldBe(11);
        alert.SeenAtStep.ShouldBe(20);
        alert.Message.ShouldBe("NaN or infinity in the loss, gradient or parameters at step 11");
    }

    [Fact]
    public void A_window_with_a_non_finite_loss_raises_the_alert() =>
        _rules.Observe(SampleRun.Step(20) with { LossMean = double.PositiveInfinity }).ShouldHaveSingleItem().Step.ShouldBe(20);

    [Fact]
    public void An_evaluation_with_a_non_finite_loss_raises_the_alert() =>
        _rules.Observe(SampleRun.Evaluation(20, double.NaN)).ShouldHaveSingleItem().Message
            .ShouldBe("NaN or infinity in the validation loss at step 20");

    [Theory]
    [InlineData(ActionReasons.NonFiniteLoss, 1)]
    [InlineData(ActionReasons.NonFiniteParameters, 1)]
    [InlineData(ActionReasons.MaxSkippedSteps, 0)]
    public void Actions_count_by_their_reason(string reason, int alerts) =>
        _rules.Observe(SampleRun.NonFinite(5, "a", 0) with { Reason = reason }).Count.ShouldBe(alerts);

    [Fact]
    public void A_healthy_run_is_left_in_peace() =>
        Say([.. Enumerable.Range(1, 50).Select(i => SampleRun.Step(10 * i)), SampleRun.Evaluation(500), SampleRun.Finished(500)])
            .ShouldBeEmpty();

    private string[] Say(params TrainingEvent[] events) =>
        [.. _rules.Replay(events).Select(alert => $"{alert.State} {alert.Worker} {alert.Shard} at {alert.Step}")];
}
