using DistSgd.Numerics.Random;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Studies.Tests.Trials;

public sealed class TrialPlanTests : IDisposable
{
    private readonly SmallStudies _studies = new();

    public void Dispose() => _studies.Dispose();

    [Fact]
    public void The_best_rate_is_repeated_with_seeds_that_the_search_did_not_use()
    {
        TrialPlan plan = Plan("learning_rates: [0.1, 0.2, 0.4]\nsearch_seeds: 2\nseeds: 3");
        Dictionary<string, TrialResult> results = Play(plan, trial => SmallStudies.Result(trial, targetStep: trial.LearningRate == 0.2 ? 50 : 70));
        plan.BestRate(0, results).ShouldBe(0.2);
        plan.Rates(0, results).ShouldBe([0.1, 0.2, 0.4]);
        plan.EndPoints(0, results).Select(trial => (trial.LearningRate, trial.Seed)).ShouldBe([(0.2, 3L), (0.2, 4L), (0.2, 5L)]);
        results.Count.ShouldBe((3 * 2) + 3);
        plan.Count(0, results).ShouldBe(results.Count);
    }

    [Theory]
    [InlineData(1.6, 0.1, 1.6)] // goes up, twice
    [InlineData(0.05, 0.05, 0.4)] // goes down once, where both neighbours are worse
    [InlineData(100, 0.1, 1.6)] // would go up for ever
    [InlineData(0.0001, 0.025, 0.4)] // would go down for ever
    public void The_search_goes_beyond_the_end_where_the_best_rate_lies(double best, double lowest, double highest)
    {
        TrialPlan plan = Plan("learning_rates: [0.1, 0.2, 0.4]\nsearch_beyond: 2\nseeds: 1");
        Dictionary<string, TrialResult> results = Play(
            plan, trial => SmallStudies.Result(trial, targetStep: 100 + (long)(50 * Math.Abs(Math.Log2(trial.LearningRate / best)))));
        IReadOnlyList<double> rates = plan.Rates(0, results);
        if (best == 0.05)
        {
            lowest = 0.025; // 0.05 is the end itself until 0.025 has been tried
        }

        rates[0].ShouldBe(lowest, 1e-9);
        rates[^1].ShouldBe(highest, 1e-9);
    }

    [Fact]
    public void Where_every_rate_diverges_lower_ones_are_tried_and_nothing_is_reported()
    {
        TrialPlan plan = Plan("learning_rates: [0.1, 0.2]\nsearch_beyond: 3\nseeds: 4");
        Dictionary<string, TrialResult> results = Play(plan, trial => SmallStudies.Result(trial, loss: null, outcome: TrialOutcome.Diverged));
        plan.BestRate(0, results).ShouldBeNull();
        plan.EndPoints(0, results).ShouldBeEmpty();
        results.Count.ShouldBe(5);
        results.Keys.ShouldContain("0/0.0125/1");
    }

    [Fact]
    public void Where_no_rate_reaches_the_target_the_lowest_loss_is_best_and_divergence_is_worst()
    {
        TrialPlan plan = Plan("learning_rates: [0.1, 0.2, 0.4]\nseeds: 1");
        Dictionary<string, TrialResult> results = Play(plan, trial => trial.LearningRate > 0.3
            ? SmallStudies.Result(trial, loss: 0.001, outcome: TrialOutcome.Diverged)
            : SmallStudies.Result(trial, loss: Math.Abs(trial.LearningRate - 0.19)));
        plan.BestRate(0, results).ShouldBe(0.2);
    }

    [Fact]
    public void Half_of_the_seeds_at_the_target_is_not_enough()
    {
        TrialPlan plan = Plan("learning_rates: [0.1, 0.2]\nsearch_seeds: 2\nsearch_beyond: 0\nseeds: 1");
        Dictionary<string, TrialResult> results = Play(plan, trial => trial.LearningRate == 0.1
            ? SmallStudies.Result(trial, targetStep: 90)
            : SmallStudies.Result(trial, targetStep: trial.Seed == 1 ? 10 : null));
        plan.BestRate(0, results).ShouldBe(0.1);
        plan.Searched(0, 0.2, results)!.Value.Steps.ShouldBe(double.PositiveInfinity);
    }

    [Fact]
    public void Nothing_is_chosen_while_a_trial_of_the_search_is_missing()
    {
        TrialPlan plan = Plan("learning_rates: [0.1, 0.2]\nseeds: 1");
        Trial first = plan.Search(0, 0.1).Single();
        var results = new Dictionary<string, TrialResult> { [first.Key] = SmallStudies.Result(first, 5) };
        plan.BestRate(0, results).ShouldBeNull();
        plan.EndPoints(0, results).ShouldBeEmpty();
        plan.Open(results).Select(open => open.Trial).ShouldBe(plan.Search(0, 0.2));
    }

    [Fact]
    public void Whatever_the_results_are_the_plan_ends_in_either_order_with_the_same_trials()
    {
        TrialPlan plan = Plan("grid: { training.batch_size: [10, 20] }\nlearning_rates: [0.1, 0.2, 0.4]\nsearch_seeds: 2\nsearch_beyond: 2\nseeds: 2");
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            string[] forwards = [.. Play(plan, trial => Drawn(trial, seed)).Keys.Order(StringComparer.Ordinal)];
            string[] backwards = [.. Play(plan, trial => Drawn(trial, seed), open => open[^1]).Keys.Order(StringComparer.Ordinal)];
            backwards.ShouldBe(forwards);
            forwards.Length.ShouldBeInRange(2 * 3 * 2, (int)plan.File.TrialsAtMost);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void One_rate_needs_no_search()
    {
        TrialPlan plan = Plan("seeds: 2");
        plan.Open(new Dictionary<string, TrialResult>()).Select(open => (open.Trial.LearningRate, open.Trial.Seed, open.IsEndPoint))
            .ShouldBe([(0.1, 1L, true), (0.1, 2L, true)]); // the run's own rate
    }

    [Fact]
    public void The_order_in_which_results_come_changes_no_trial()
    {
        TrialPlan plan = Plan("grid: { training.batch_size: [10, 20, 40] }\nlearning_rates: [0.1, 0.2, 0.4]\nsearch_seeds: 2\nsearch_beyond: 2\nseeds: 2");
        TrialResult Result(Trial trial) => SmallStudies.Result(trial, targetStep: 100 + (trial.Seed * 3) + (long)(40 * Math.Abs(Math.Log2(trial.LearningRate / (0.2 * (trial.Group + 0.5))))));
        string[] expected = [.. Play(plan, Result).Keys.Order(StringComparer.Ordinal)];
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            string[] keys = [.. Play(plan, Result, open => open[random.Next(open.Length)]).Keys.Order(StringComparer.Ordinal)];
            keys.ShouldBe(expected);
        }
    }

    /// <summary>A result that follows from the trial and a seed alone: reached, missed or diverged.</summary>
    private static TrialResult Drawn(Trial trial, int seed)
    {
        var random = new RandomStream((ulong)seed, StreamPurpose.Test, (trial.Group * 10_000_000) + (int)(trial.LearningRate * 100_000) + (int)trial.Seed);
        return random.NextInt(4) switch
        {
            0 => SmallStudies.Result(trial, loss: null, outcome: TrialOutcome.Diverged),
            1 => SmallStudies.Result(trial, loss: random.NextInt(3)),
            _ => SmallStudies.Result(trial, targetStep: 1 + random.NextInt(5)),
        };
    }

    private TrialPlan Plan(string keys) => new(_studies.Load($"run: run.yaml\n{keys}\n"));

    private static Dictionary<string, TrialResult> Play(TrialPlan plan, Func<Trial, TrialResult> result, Func<Trial[], Trial>? choose = null)
    {
        var results = new Dictionary<string, TrialResult>();
        while (plan.Open(results).Select(open => open.Trial).ToArray() is { Length: > 0 } open)
        {
            Trial next = choose is null ? open[0] : choose(open);
            results.Add(next.Key, result(next));
        }

        return results;
    }
}
