using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Rules;
using DistSgd.Monitoring.Tests.Events;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Monitoring.Tests.Rules;

public class RuleSetTests
{
    private const long Steps = 600;

    [Fact]
    public void Each_rule_of_the_product_can_be_switched_off()
    {
        string[] all = [.. Names(new RuleSettings())];
        all.ShouldBe([
            "nonfinite", "exploding_gradient", "vanishing_gradient", "zero_weights", "poor_initialization", "dead_relu",
            "saturated_activation", "update_ratio", "unchanged_parameters", "loss_spike", "loss_oscillation", "loss_plateau",
            "plateau_diagnosis", "slow_progress", "overfitting", "overtraining", "outlier_shard", "stale_gradients", "straggler", "stalled_run",
        ]);
        RuleSettings[] settings =
        [
            new() { NonFinite = false }, new() { ExplodingGradient = null }, new() { VanishingGradient = null }, new() { ZeroWeights = false },
            new() { PoorInitialization = null }, new() { DeadRelu = null }, new() { SaturatedActivation = null }, new() { UpdateRatio = null },
            new() { UnchangedParameters = null }, new() { LossSpike = null }, new() { LossOscillation = null }, new() { LossPlateau = null },
            new() { PlateauDiagnosis = false }, new() { SlowProgress = null }, new() { Overfitting = null }, new() { Overtraining = null },
            new() { OutlierShard = null }, new() { StaleGradients = null }, new() { Straggler = null }, new() { StalledRun = null },
        ];
        settings.Zip(all).ShouldAllBe(pair => Names(pair.First).SequenceEqual(all.Where(name => name != pair.Second)));
    }

    [Fact]
    public void Raised_alerts_are_counted_by_rule_and_resolved_ones_are_not()
    {
        RuleSet rules = RuleSet.Create(new RuleSettings());

        rules.Replay(
        [
            SampleRun.NonFinite(3, "a", 0), SampleRun.NonFinite(3, "b", 1), SampleRun.Step(10, 500), SampleRun.Step(200), SampleRun.Step(400),
        ]);

        rules.AlertsByRule.ShouldBe(new Dictionary<string, int> { ["nonfinite"] = 2, ["exploding_gradient"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public void Any_sequence_of_events_is_taken() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            RuleSet rules = RuleSet.Create(new RuleSettings());
            Type[] kinds = [.. EventSchema.Kinds.Values];
            rules.Replay(Enumerable.Range(0, 50).Select(_ => RandomEvents.Next(random, kinds[random.Next(kinds.Length)])));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_log_says_offline_what_the_rules_said_live() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            List<TrainingEvent> log = Live(RuleSet.Create(new RuleSettings()), StormyRun(new System.Random(seed)));
            IReadOnlyList<TrainingEvent> stored = Stored(log);

            RuleSet.Create(new RuleSettings()).Replay(stored).Select(EventJson.Write)
                .ShouldBe(stored.OfType<Alert>().Select(EventJson.Write));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void A_resumed_run_goes_on_as_if_it_had_not_been_interrupted()
    {
        TrainingEvent[] whole = [.. StormyRun(new System.Random(7))];
        const long Checkpoint = 300;
        TrainingEvent[] rest = [.. whole.Where(e => e.Position > Checkpoint)];
        List<Alert> uninterrupted = [.. Live(RuleSet.Create(new RuleSettings()), whole).OfType<Alert>()];
        uninterrupted.ShouldContain(alert => alert.SeenAtStep < Checkpoint);
        uninterrupted.ShouldContain(alert => alert.SeenAtStep > Checkpoint);

        List<TrainingEvent> log = Live(RuleSet.Create(new RuleSettings()), whole.Where(e => !(e.Position > 400)));
        log.Add(SampleRun.Resumed(Checkpoint));
        RuleSet restarted = RuleSet.Create(new RuleSettings());
        restarted.Replay(Stored(log));
        log.AddRange(Live(restarted, rest));

        Stored(log).OfType<Alert>().Select(EventJson.Write).ShouldBe(uninterrupted.Select(EventJson.Write));
        restarted.AlertsByRule.Values.Sum().ShouldBe(uninterrupted.Count(alert => alert.State == AlertStates.Raised));
    }

    /// <summary>A run with good and bad phases of every sort, so that rules fire and resolve.</summary>
    private static IEnumerable<TrainingEvent> StormyRun(System.Random random)
    {
        yield return SampleRun.Started(784, 64, 64, 64, 10);
        int phase = 0;
        for (long step = 10; step <= Steps; step += 10)
        {
            phase = random.Next(4) == 0 ? random.Next(5) : phase;
            if (phase == 1)
            {
                yield return SampleRun.NonFinite(step - 4, $"worker-{random.Next(2)}", random.Next(4));
            }

            StepWindow window = phase == 2 ? SampleRun.Skipped(step)
                : SampleRun.Step(step, phase == 3 ? 500 : phase == 4 ? 1e-9 : 1, accuracy: random.NextDouble());
            foreach (TrainingEvent e in SampleRun.Window(window, 0.02, 0.08, 0.3, 1 + random.NextDouble()))
            {
                yield return e;
            }
        }

        yield return SampleRun.Finished(Steps);
    }

    /// <summary>What a host does: write an event, show it to the rules, write what they say.</summary>
    private static List<TrainingEvent> Live(RuleSet rules, IEnumerable<TrainingEvent> events)
    {
        var log = new List<TrainingEvent>();
        foreach (TrainingEvent e in events)
        {
            log.Add(e);
            log.AddRange(rules.Observe(e));
        }

        return log;
    }

    private static IReadOnlyList<TrainingEvent> Stored(List<TrainingEvent> log)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, string.Concat(log.Select(e => EventJson.Write(e) + "\n")));
            return RunLog.Read(path).Events;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> Names(RuleSettings settings) => RuleSet.Create(settings).Rules.Select(rule => rule.Name);
}
