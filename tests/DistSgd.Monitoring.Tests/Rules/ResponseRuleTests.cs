using System.Text.Json.Nodes;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

/// <summary>The rules about how units respond, how a network starts, what a plateau is, and which shard stands out.</summary>
public sealed class ResponseRuleTests
{
    private static readonly RunStarted Classifier = SampleRun.Started(8, 4, 4, 10) with { Config = new JsonObject { ["loss"] = "cross_entropy" } };

    [Fact]
    public void Dead_units_are_told_once_with_their_layer_and_resolved()
    {
        IReadOnlyList<Alert> alerts = Replay([Layer(0, 200, inactive: 2), Layer(1, 200, inactive: 3), Layer(1, 400, inactive: 4), Layer(1, 600, inactive: 0)]);
        alerts.Select(alert => (alert.Rule, alert.Layer, alert.SeenAtStep, alert.State)).ShouldBe(
            [(DeadReluRule.RuleName, 1, 200L, AlertStates.Raised), (DeadReluRule.RuleName, 1, 600L, AlertStates.Resolved)]);
        alerts[0].Value.ShouldBe(0.75);
    }

    [Fact]
    public void Saturated_units_are_told_with_their_layer()
    {
        Alert alert = Replay([Layer(0, 200, saturated: 0.5), Layer(1, 200, saturated: 0.6)]).ShouldHaveSingleItem();
        (alert.Rule, alert.Layer, alert.Value).ShouldBe((SaturatedActivationRule.RuleName, 1, 0.6));
    }

    [Theory]
    [InlineData(9, 0, false)]
    [InlineData(11, 0, true)]
    [InlineData(11, 200, false)] // not the start any more
    public void Layers_of_different_strength_are_a_poor_start(double ratio, long step, bool isPoor)
    {
        IReadOnlyList<Alert> alerts = Replay([Layer(0, step, variance: ratio), Layer(1, step, variance: 1), Layer(2, step, variance: 2)]);
        alerts.Select(alert => (alert.Rule, alert.Layer)).ShouldBe(isPoor ? [(PoorInitializationRule.RuleName, 1)] : []);
    }

    [Theory]
    [InlineData(4.6, false)] // twice ln 10
    [InlineData(4.7, true)]
    public void A_first_loss_far_from_guessing_is_a_poor_start(double smallest, bool isPoor)
    {
        IReadOnlyList<Alert> alerts = Replay([SampleRun.Step(10) with { LossMin = smallest }, SampleRun.Step(20) with { LossMin = 50 }]);
        alerts.Select(alert => (alert.Rule, alert.SeenAtStep)).ShouldBe(isPoor ? [(PoorInitializationRule.RuleName, 10L)] : []);
    }

    [Theory]
    [InlineData(DiagnosisVerdicts.Saddle, "raise the learning rate")] // the second tutorial's advice
    [InlineData(DiagnosisVerdicts.Minimum, "lower the learning rate")] // the first one's
    [InlineData(DiagnosisVerdicts.Flat, "add momentum")]
    public void A_diagnosed_plateau_has_the_advice_of_its_curvature(string verdict, string advice)
    {
        Alert alert = Replay([Diagnosed(verdict, 500)]).ShouldHaveSingleItem();
        (alert.Rule, alert.SeenAtStep).ShouldBe((PlateauDiagnosisRule.RuleName, 500));
        alert.Message.ShouldContain($"stands still at a {verdict}");
        alert.Advice!.ShouldStartWith(advice);
    }

    [Fact]
    public void A_plateau_that_was_left_is_resolved() =>
        Replay([Diagnosed(DiagnosisVerdicts.Saddle, 500), SampleRun.Step(600) with { LossMean = 2.29 }, SampleRun.Step(700)])
            .Select(alert => (alert.State, alert.SeenAtStep)).ShouldBe([(AlertStates.Raised, 500L), (AlertStates.Resolved, 700L)]);

    [Fact]
    public void A_shard_that_stands_out_window_after_window_is_named_with_worker_and_examples()
    {
        Alert alert = Replay([.. Shards(10, _ => 2, ratio: 4)]).ShouldHaveSingleItem();
        (alert.Rule, alert.Worker, alert.Shard, alert.SeenAtStep).ShouldBe((OutlierShardRule.RuleName, "worker-1", 2, 50));
        alert.Examples.ShouldBe([17, 4]);
        alert.Message.ShouldContain("17, 4");
    }

    [Fact]
    public void Shards_that_take_turns_or_stand_out_a_little_are_healthy()
    {
        Replay([.. Shards(40, step => (int)(step / 10 % 4), ratio: 9)]).ShouldBeEmpty();
        Replay([.. Shards(40, _ => 2, ratio: 2.9)]).ShouldBeEmpty();
    }

    [Fact]
    public void Weights_that_stay_the_same_are_told()
    {
        IEnumerable<TrainingEvent> windows = Enumerable.Range(1, 4).SelectMany(i => (TrainingEvent[])[
            SampleRun.Step(10 * i), .. Enumerable.Range(0, 3).Select(layer => SampleRun.Layer(layer, 10 * i)).Select(layer => layer with { UpdateNorm = 9e-6 * layer.WeightNorm }),
        ]);
        Replay([.. windows]).Select(alert => (alert.Rule, alert.SeenAtStep)).ShouldBe([(UnchangedParametersRule.RuleName, 30L)]);
    }

    private static IEnumerable<TrainingEvent> Shards(int windows, Func<long, int> shard, double ratio) => Enumerable.Range(1, windows).Select(i => SampleRun.Step(10 * i) with
    {
        LargestShard = shard(10 * i),
        LargestShardNorm = ratio,
        OtherShardsNorm = 1,
        LargestShardWorker = "worker-1",
        LargestShardExamples = [17, 4],
    });

    private static Diagnosis Diagnosed(string verdict, long step) => new()
    {
        Time = SampleRun.At(step),
        Step = step,
        Epoch = 1,
        Verdict = verdict,
        Loss = 2.3,
        GradientNorm = 1e-4,
        LargestEigenvalue = 0.6,
        SmallestEigenvalue = -0.6,
        Zero = 1e-6,
        Examples = 2048,
        Products = 11,
        Seconds = 0.2,
    };

    private static ActivationMeasurement Layer(int layer, long step, int? inactive = null, double? saturated = null, double variance = 1) => new()
    {
        Time = SampleRun.At(step),
        Layer = layer,
        Step = step,
        Epoch = 1,
        Examples = 256,
        Units = 4,
        PreActivationMean = 0,
        PreActivationVariance = variance,
        InactiveUnits = inactive,
        SaturatedShare = saturated,
    };

    private static IReadOnlyList<Alert> Replay(params TrainingEvent[] events) => RuleSet.Create(new RuleSettings()).Replay([Classifier, .. events]);
}
