using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

/// <summary>The rules about the training loss, on losses drawn by hand.</summary>
public sealed class LossRuleTests
{
    [Fact]
    public void A_loss_that_falls_raises_nothing() => Alerts(step => 2.3 * Math.Exp(-step / 400.0), 4000).ShouldBeEmpty();

    [Fact]
    public void A_loss_with_the_scatter_of_small_batches_raises_nothing() =>
        Alerts(step => 2.3 * Math.Exp(-step / 900.0) * (1 + (0.1 * Math.Sin(step * 12.9898))), 3000).ShouldBeEmpty();

    [Fact]
    public void A_loss_that_stands_still_is_a_plateau()
    {
        Alert alert = Alerts(step => step < 300 ? 2.3 - (step / 1000.0) : 2.0, 3000).ShouldHaveSingleItem();
        alert.Rule.ShouldBe(LossPlateauRule.RuleName);
        alert.SeenAtStep.ShouldBe(2000); // the second period is below the first; the two after it are no better
        alert.Message.ShouldContain("over steps 1501 to 2000");
        alert.Advice!.ShouldContain("momentum");
    }

    [Fact]
    public void A_plateau_is_over_once_the_loss_falls_again()
    {
        Alert[] alerts = Alerts(step => step < 1600 ? 2.0 : 2.0 * Math.Exp((1600 - step) / 800.0), 4000);
        alerts.Select(alert => (alert.Rule, alert.State)).ShouldBe([
            (LossPlateauRule.RuleName, AlertStates.Raised), (LossPlateauRule.RuleName, AlertStates.Resolved)]);
    }

    [Fact]
    public void Neither_a_learned_set_nor_a_tiny_learning_rate_is_a_plateau()
    {
        Alerts(_ => 0.5, 3000, accuracy: 0.995).ShouldBeEmpty();
        Alerts(_ => 0.5, 3000, learningRate: step => step < 600 ? 0.1 : 0.0005).ShouldBeEmpty();
    }

    [Fact]
    public void A_loss_that_hardly_falls_is_slow_progress()
    {
        Alert alert = Alerts(step => 2.3 - (step * 2e-4), 3000).ShouldHaveSingleItem();
        alert.Rule.ShouldBe(SlowProgressRule.RuleName);
        alert.SeenAtStep.ShouldBe(1500);
        alert.Advice!.ShouldStartWith("raise the learning rate");
    }

    [Fact]
    public void A_loss_that_swings_without_falling_oscillates()
    {
        Alert alert = Alerts(step => step / 10 % 2 == 0 ? 1.0 : 2.0, 900).ShouldHaveSingleItem();
        alert.Rule.ShouldBe(LossOscillationRule.RuleName);
        alert.SeenAtStep.ShouldBe(210);
        alert.Value!.Value.ShouldBe(1 / 1.5, 0.03);
        alert.Advice!.ShouldStartWith("lower the learning rate");
    }

    [Fact]
    public void Swings_of_the_little_that_is_left_are_passed_over() =>
        Alerts(step => step < 100 ? 2.3 : step / 10 % 2 == 0 ? 0.01 : 0.02, 900).ShouldBeEmpty();

    [Fact]
    public void A_loss_that_jumps_is_a_spike_with_the_worker_that_shows_it()
    {
        Alert alert = Alerts(step => step == 400 ? 3.0 : 1.0 - (step * 4e-4), 520).First();
        alert.Rule.ShouldBe(LossSpikeRule.RuleName);
        alert.Step.ShouldBe(400);
        (alert.Worker, alert.Shard).ShouldBe(("worker-1", 2));
        alert.LikelyCause!.ShouldContain("batch of unusual examples");
    }

    [Fact]
    public void A_jump_that_is_small_beside_the_first_loss_is_no_spike() => Alerts(step => step == 400 ? 0.15 : step < 50 ? 2.3 : 0.1 - (step * 1e-5), 600).ShouldBeEmpty();

    [Fact]
    public void Small_batches_are_judged_by_means_over_enough_examples()
    {
        // At batch 1 a window has ten examples: single losses of 0 and 4 are no oscillation of the mean.
        Alert[] alerts = Alerts(step => step / 10 % 2 == 0 ? 0.0001 : 4.0 * Math.Exp(-step / 20000.0), 30_000, batch: 1);
        alerts.ShouldNotContain(alert => alert.Rule == LossOscillationRule.RuleName);
    }

    private static Alert[] Alerts(Func<long, double> loss, int steps, double accuracy = 0.5, Func<long, double>? learningRate = null, int batch = 128)
    {
        IEnumerable<TrainingEvent> events = Enumerable.Range(1, steps / SampleRun.StepEvery).Select(i => i * (long)SampleRun.StepEvery).SelectMany(step =>
            SampleRun.Window(
                SampleRun.Step(step, accuracy: accuracy, batch: batch) with { LossMean = loss(step), LossMax = loss(step), LearningRate = learningRate?.Invoke(step) ?? 0.1 },
                0.5,
                0.5));
        return [.. RuleSet.Create(new RuleSettings()).Replay([SampleRun.Started(784, 128, 10), .. events])];
    }
}
