using DistSgd.Monitoring.Events;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.Tests.Trials;

public sealed class TrialWatchTests
{
    private static readonly DateTimeOffset Start = new(2025, 3, 10, 1, 0, 0, TimeSpan.Zero);
    private readonly List<string> _ends = [];

    [Fact]
    public void The_first_look_at_the_target_counts_and_ends_the_trial_once()
    {
        TrialWatch watch = Watch(new TargetConfig { Accuracy = 0.9 });
        Play(watch, Window(10), Look(10, accuracy: 0.89), Window(20), Look(20, accuracy: 0.9), Window(30), Look(30, accuracy: 0.95));
        (watch.TargetStep, watch.TargetExamples, watch.TargetSeconds).ShouldBe((20, 640, 10.0)); // from the first event on
        (watch.BestAccuracy, watch.LastValidation!.Step).ShouldBe((0.95, 30));
        _ends.ShouldBe(["target"]);
    }

    [Fact]
    public void A_trial_that_does_not_stop_remembers_the_target_and_goes_on()
    {
        TrialWatch watch = Watch(new TargetConfig { Accuracy = null, Loss = 0.5 }, stops: false);
        Play(watch, Look(10, loss: 0.6), Look(20, loss: 0.5), Look(30, loss: 0.1));
        watch.TargetStep.ShouldBe(20);
        _ends.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0.5, double.PositiveInfinity)]
    [InlineData(0.5, 31)] // above what is hopeless
    public void A_loss_beyond_all_bounds_is_divergence_and_reaches_nothing(double windowLoss, double lookLoss)
    {
        TrialWatch watch = Watch(new TargetConfig { Accuracy = 0.1 });
        Play(watch, Window(10, windowLoss), Look(10, accuracy: double.IsNaN(windowLoss) ? 0 : 1, loss: lookLoss));
        watch.HasDiverged.ShouldBeTrue();
        watch.TargetStep.ShouldBeNull();
        _ends.ShouldBe(["diverged"]);
    }

    [Fact]
    public void The_test_set_decides_nothing()
    {
        TrialWatch watch = Watch(new TargetConfig { Accuracy = 0.9 });
        Play(watch, Look(10, accuracy: 0.99) with { Split = DataSplits.Test });
        watch.TargetStep.ShouldBeNull();
        watch.LastValidation.ShouldBeNull();
    }

    [Fact]
    public void A_budget_ends_the_trial_at_the_window_in_which_it_is_used_up()
    {
        TrialWatch watch = Watch(target: null, most: 20);
        Play(watch, Window(10), Window(20), Window(30));
        _ends.ShouldBe(["budget"]);
        watch.HasDiverged.ShouldBeFalse();
    }

    [Fact]
    public void Noise_is_averaged_as_means_and_as_ratios()
    {
        TrialWatch watch = Watch(target: null);
        Play(watch, Noise(10, trace: 4, squared: 2), Noise(20, trace: 6, squared: 1), Noise(30, trace: 5, squared: -0.6), Look(30));
        watch.Trace.ShouldBe(5);
        watch.SquaredNorm!.Value.ShouldBe(0.8, 1e-12);
        watch.MeanRatio.ShouldBe((2 + 6) / 2.0); // where ‖G‖² is above 0
        watch.Curve.Single().NoiseScale.ShouldBeNull();
        Watch(target: null).Trace.ShouldBeNull();
    }

    [Fact]
    public void Ages_are_averaged_over_all_gradients_and_fresh_ones_have_none()
    {
        TrialWatch watch = Watch(target: null);
        Play(watch, Window(10) with { Staleness = [5, 3, 2] }, Window(20) with { Staleness = [10] });
        watch.Staleness.ShouldBe(7 / 20.0);
        TrialWatch fresh = Watch(target: null);
        Play(fresh, Window(10) with { Staleness = [10] });
        fresh.Staleness.ShouldBeNull();
    }

    [Theory]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(1000)]
    public void A_long_curve_is_thinned_evenly_from_its_start_on(int looks)
    {
        TrialWatch watch = Watch(target: null);
        Play(watch, [.. Enumerable.Range(1, looks).Select(step => Look(step))]);
        long[] steps = [.. watch.Curve.Select(point => point.Step)];
        steps.Length.ShouldBeInRange(Math.Min(looks, TrialWatch.PointsMax / 2), TrialWatch.PointsMax - 1);
        steps[0].ShouldBe(1);
        steps.Zip(steps.Skip(1), (a, b) => b - a).Distinct().Count().ShouldBe(1);
        (looks - steps[^1]).ShouldBeLessThan(steps[1] - steps[0]);
    }

    private TrialWatch Watch(TargetConfig? target, bool stops = true, long? most = null) => new(target, stops, most, hopeless: 30, _ends.Add);

    private static void Play(TrialWatch watch, params TrainingEvent[] events) => Array.ForEach(events, watch.See);

    private static StepWindow Window(long step, double loss = 0.5) => new()
    {
        Time = Start.AddSeconds(step),
        Step = step,
        Epoch = 1,
        FirstStep = step - 9,
        Count = 10,
        Skipped = 0,
        Examples = 320,
        LossMean = loss,
        LossMin = loss,
        LossMax = loss,
        GradientNormMean = 1,
        GradientNormMin = 1,
        GradientNormMax = 1,
        LearningRate = 0.1,
        Momentum = 0,
        Clipped = 0,
        Seconds = 0.1,
        SamplesPerSecond = 3200,
    };

    private static Evaluation Look(long step, double accuracy = 0.5, double loss = 1) =>
        new() { Time = Start.AddSeconds(step), Step = step, Epoch = 1, Split = DataSplits.Validation, Loss = loss, Accuracy = accuracy, Examples = 100 };

    private static NoiseScaleMeasurement Noise(long step, double trace, double squared) => new()
    {
        Time = Start.AddSeconds(step),
        Step = step,
        Epoch = 1,
        CovarianceTrace = trace,
        SquaredGradientNorm = squared,
        NoiseScale = squared > 0 ? trace / squared : double.PositiveInfinity,
        Low = 0,
        High = double.PositiveInfinity,
    };
}
