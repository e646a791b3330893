using DistSgd.Studies.BatchSize;
using DistSgd.Studies.Tests.Trials;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.Tests.BatchSize;

/// <summary>Families of made-up results in which law and rule of the learning rate are planted.</summary>
public sealed class RateRuleTests : IDisposable
{
    private const double MinSteps = 100, MinExamples = 8_000;
    private readonly SmallStudies _studies = new();

    public void Dispose() => _studies.Dispose();

    [Theory]
    [InlineData(1, "agrees with the linear rule (1) and not with the square-root rule (0.5)")]
    [InlineData(0.5, "agrees with the square-root rule (0.5) and not with the linear rule (1)")]
    [InlineData(0, "agrees with neither the linear rule (1) nor the square-root rule (0.5)")]
    public void The_planted_exponent_is_found_and_its_rule_named(double exponent, string verdict)
    {
        RateRule rule = Family(exponent).Rates!;
        rule.Exponent.ShouldBe(exponent, rule.Error);
        rule.Verdict.ShouldBe(verdict);
        rule.Batches.ShouldBe((1, 64)); // no further than B_crit
    }

    [Fact]
    public void Following_the_right_rule_costs_nothing_and_the_wrong_one_steps()
    {
        RateRule rule = Family(exponent: 1).Rates!;
        rule.Predictions.Select(prediction => prediction.BatchSize).ShouldBe([4, 16, 64, 256, 1024]);
        RatePrediction four = rule.Predictions[0];
        four.LinearRate.ShouldBe(four.BestRate, 1e-9);
        four.LinearCost!.Value.ShouldBe(1, 1e-9);
        four.RootRate.ShouldBe(four.BestRate / 2, 1e-9);
        four.RootCost!.Value.ShouldBeGreaterThan(1.2);
    }

    [Fact]
    public void The_planted_law_and_its_regimes_are_found()
    {
        ScalingFamily family = Family(exponent: 1);
        family.Fit!.CriticalBatch.ShouldBe(MinExamples / MinSteps, 2); // steps are whole numbers
        string?[] regimes = [.. family.Groups.Select(group => family.Regime(group.BatchSize))];
        regimes.ShouldBe(["perfect scaling", "perfect scaling", "perfect scaling", "diminishing returns", "diminishing returns", "maximal parallelism"]);
    }

    [Fact]
    public void Without_a_search_or_with_two_batches_there_is_no_rule()
    {
        Of("grid: { training.batch_size: [1, 4, 16, 64] }", exponent: 1).Single().Rates.ShouldBeNull();
        Of("grid: { training.batch_size: [1, 4] }\nlearning_rates: [0.01, 0.02]", exponent: 1).Single().Rates.ShouldBeNull();
        ScalingFamily two = Of("grid: { training.batch_size: [1, 4] }\nlearning_rates: [0.01, 0.02]", exponent: 1).Single();
        two.Fit.ShouldBeNull();
        two.Regime(4).ShouldBeNull();
    }

    [Fact]
    public void Groups_that_differ_in_more_than_the_batch_are_families_of_their_own()
    {
        IReadOnlyList<ScalingFamily> families = Of("grid: { training.batch_size: [4, 1], model.hidden: [[4], [8]] }\nvariants: { a: {}, b: { optimizer.momentum: 0.5 } }", exponent: 1);
        families.Select(family => family.Name).ShouldBe(["a, model.hidden=[4]", "a, model.hidden=[8]", "b, model.hidden=[4]", "b, model.hidden=[8]"]);
        families.ShouldAllBe(family => family.Groups[0].BatchSize == 1 && family.Groups[1].BatchSize == 4);
        Of("grid: { model.hidden: [[4], [8]] }", exponent: 1).ShouldBeEmpty();
    }

    private ScalingFamily Family(double exponent) => Of(
        "grid: { training.batch_size: [1, 4, 16, 64, 256, 1024] }\nlearning_rates: [0.01, 0.02, 0.04]\nsearch_beyond: 12", exponent).Single();

    /// <summary>The best rate is 0.02·Bᵖ; a rate that is off by a factor of two costs half as many steps again.</summary>
    private IReadOnlyList<ScalingFamily> Of(string keys, double exponent)
    {
        StudyFile file = _studies.Load($"run: run.yaml\nseeds: 2\n{keys}\n");
        var plan = new TrialPlan(file);
        var results = new Dictionary<string, TrialResult>();
        while (plan.Open(results).Select(open => open.Trial).ToArray() is { Length: > 0 } open)
        {
            foreach (Trial trial in open)
            {
                int batch = file.Groups[trial.Group].Run.Training.BatchSize!.Value;
                double off = file.Groups[trial.Group].Rates.Count > 1 ? Math.Log2(trial.LearningRate / (0.02 * Math.Pow(batch, exponent))) : 0;
                results.Add(trial.Key, SmallStudies.Result(trial, (long)Math.Round((MinSteps + (MinExamples / batch)) * (1 + (0.5 * off * off)))));
            }
        }

        return ScalingFamily.Of([.. file.Groups.Select((_, i) => new GroupSummary(plan, i, 10_000, results))]);
    }
}
