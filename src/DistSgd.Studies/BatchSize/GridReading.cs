using System.Runtime.CompilerServices;
using DistSgd.Learning.Data;
using DistSgd.Studies.Output;
using DistSgd.Studies.Statistics;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.BatchSize;

/// <summary>What the numbers of a study say, in plain words made from them.</summary>
internal static class GridReading
{
    /// <summary>The target in words.</summary>
    public static string Target(TargetConfig? target) => target switch
    {
        null => "no target",
        { Accuracy: { } accuracy } => Text($"a validation accuracy of {CellText.Percent(accuracy)}"),
        _ => Text($"a validation loss of {CellText.Number(target.Loss!.Value)}"),
    };

    /// <summary>What was found in all, for the head of the page.</summary>
    public static string Summary(StudyFile file, IReadOnlyList<GroupSummary> groups, IReadOnlyList<ScalingFamily> families)
    {
        string reached = file.Config.Target is null ? "" : Text(
            $" {groups.Count(group => group.Steps is not null)} of {groups.Count} groups reached {Target(file.Config.Target)}.");
        string laws = string.Concat(families.Select(family => " " + Law(family)));
        string best = families.Count > 0 ? "" : groups.Any(group => group.Steps is not null) ? Best(groups) : $" {EndPoints(groups)}";
        return Text($"{Counted(groups.Sum(group => group.Trials.Count), "trial")} in {Counted(groups.Count, "group")}.{reached}{laws}{best}{Troubles(groups)}");
    }

    /// <summary>The law of a family and what the noise scale predicts.</summary>
    public static string Law(ScalingFamily family)
    {
        string of = family.Name.Length > 0 ? $"{family.Name}: " : "";
        if (family.Fit is not { } fit)
        {
            int reached = family.Groups.Count(group => group.Steps is not null);
            return Text($"{of}{reached} batch sizes reached the target, and a law needs {ScalingFit.FewestBatches}: nothing is fitted.");
        }

        string law = Text(
            $"{of}B_crit is {Range(fit.CriticalBatch, fit.CriticalBatchInterval)}: no batch needs fewer than {CellText.Number(fit.MinSteps)} steps or "
            + $"{CellText.Number(fit.MinExamples)} examples.");
        return family.NoiseScale is { } noise
            ? Text(
                $"{law} The noise scale along the runs predicts {CellText.Number(noise)} ({CellText.Number(family.NoiseScales[0])} to "
                + $"{CellText.Number(family.NoiseScales[^1])} over the batches), {CellText.Number(noise / fit.CriticalBatch)} times that.")
            : law;
    }

    /// <summary>The three regimes.</summary>
    public static string Regimes(ScalingFamily family)
    {
        if (family.Fit is not { } fit)
        {
            return Law(family);
        }

        double low = fit.CriticalBatch / ScalingFamily.RegimeFactor, high = fit.CriticalBatch * ScalingFamily.RegimeFactor;
        string covered = family.Groups[^1].BatchSize >= high
            ? Text($"from {CellText.Number(high)} on a larger batch saves next to nothing (maximal parallelism)")
            : Text($"maximal parallelism would begin at {CellText.Number(high)}, beyond the batches that were tried");
        return Text(
            $"Up to a batch of {CellText.Number(low)} twice the batch takes about half the steps (perfect scaling), between there and {CellText.Number(high)} "
            + $"returns diminish, and {covered}. {Law(family)}");
    }

    public static string Hyperbola(ScalingFamily family) => family.Fit is { } fit
        ? Text(
            $"Fewer steps cost more examples: at B_crit both are twice their least. The law misses the measured steps by "
            + $"{CellText.Percent(fit.RelativeError)} on average.")
        : "There are too few points for a law; the measured ones are drawn.";

    public static string Noise(IReadOnlyList<GroupSummary> groups)
    {
        GroupSummary[] known = [.. groups.Where(group => group.NoiseScale is not null)];
        if (known.Length == 0)
        {
            return groups.Any(group => group.Trials.Any(trial => trial.NoiseTrace is not null))
                ? "The estimates of ‖G‖² along the trials are not above 0 on average, so no group has a noise scale; longer trials would tell more."
                : "The noise scale needs steps of two slices or more; no trial had them.";
        }

        double[] scales = [.. known.Select(group => group.NoiseScale!.Value).Order()];
        double[] ratios = [.. known.Select(group => group.NoiseMeanRatio).OfType<double>().Order()];
        string other = ratios.Length > 0 ? Text($" The means of the ratios lie between {CellText.Number(ratios[0])} and {CellText.Number(ratios[^1])}: the average matters.") : "";
        string uneven = known.Any(group => group.Group.Run.Data.Sharding == ShardingKind.ByLabel) ? " Shards were cut by label, so the differences between them count as noise." : "";
        return Text(
            $"Along the trials mean tr Σ over mean ‖G‖² lies between {CellText.Number(scales[0])} and {CellText.Number(scales[^1])} examples, and it grows as "
            + $"the gradient falls.{other}{uneven}");
    }

    public static string Quality(IReadOnlyList<GroupSummary> groups)
    {
        GroupSummary[] known = [.. groups.Where(group => group.Cosine is not null).OrderBy(group => group.BatchSize)];
        return known.Length < 2 ? "Too few groups have a noise scale." : Text(
            $"A step's gradient points along the true one with a cosine of {CellText.Number(known[0].Cosine)} at a batch of {known[0].BatchSize} and "
                + $"{CellText.Number(known[^1].Cosine)} at {known[^1].BatchSize}. Each is implied by the noise scale that the group's own trials measured.");
    }

    public static string EndPoints(IReadOnlyList<GroupSummary> groups)
    {
        GroupSummary[] known = [.. groups.Where(group => group.TestAccuracy is not null || group.TestLoss is not null)];
        if (known.Length == 0)
        {
            return "No trial came to an end that could be tested.";
        }

        string first = known.All(group => group.TestAccuracy is not null) ? Accuracies(known) : Text(
            $"The test loss lies between {CellText.Number(known.Min(group => group.TestLoss!.Value.Mean))} and "
                + $"{CellText.Number(known.Max(group => group.TestLoss!.Value.Mean))}.");
        GroupSummary[] sharp = [.. known.Where(group => group.TopEigenvalue is not null)];
        return sharp.Length < 2 ? first : Text($"{first} {Sharpness(sharp)}");
    }

    public static string Rates(ScalingFamily family) => family.Rates is { } rates
        ? Text(
            $"Over batches {rates.Batches.First} to {rates.Batches.Last} the best learning rate grows as the batch to the power "
            + $"{CellText.Number(rates.Exponent)} ± {CellText.Number(rates.Error)}, which {rates.Verdict}. {RuleCosts(rates)}")
        : "The learning rate was not searched at three batch sizes or more within the law's reach, so no rule can be tested.";

    public static string Search(IReadOnlyList<GroupSummary> groups)
    {
        int atEdge = groups.Count(group => group.IsAtEdge);
        string edges = atEdge == 0 ? "Every best rate has a worse one on either side." : Text(
            $"In {atEdge} of {groups.Count} groups the best rate is the last that was tried, so a better one may lie beyond.");
        return Text($"Each group's rate is the one that took the fewest steps in its search, or where none got there the one of the lowest validation loss. {edges}");
    }

    private static string Best(IReadOnlyList<GroupSummary> groups)
    {
        GroupSummary[] ranked = [.. groups.Where(group => group.Steps is not null).OrderBy(group => group.Steps!.Value.Mean)];
        if (ranked.Length < 2)
        {
            return "";
        }

        string sure = ranked[^1].Steps!.Value.DiffersFrom(ranked[0].Steps!.Value) ? "" : ", within the seeds' spread";
        return Text(
            $" Fewest steps: {ranked[0].Name} ({CellText.Number(ranked[0].Steps!.Value.Mean)}); most: {ranked[^1].Name} "
            + $"({CellText.Number(ranked[^1].Steps!.Value.Mean)}){sure}.");
    }

    /// <summary>Whatever must not be overlooked: groups without a result.</summary>
    private static string Troubles(IReadOnlyList<GroupSummary> groups)
    {
        int diverged = groups.Count(group => group.LearningRate is null), missed = groups.Sum(group => group.Steps is null ? 0 : group.Trials.Count - group.Reached.Count);
        string all = diverged == 0 ? "" : diverged == groups.Count ? " EVERY trial diverged: lower the learning rates." : Text($" In {diverged} groups every trial diverged.");
        return missed == 0 ? all : Text($"{all} {missed} trials of groups that reached the target did not, and are left out of its means.");
    }

    private static string Accuracies(GroupSummary[] groups)
    {
        GroupSummary best = groups.MaxBy(group => group.TestAccuracy!.Value.Mean)!, worst = groups.MinBy(group => group.TestAccuracy!.Value.Mean)!;
        string sure = best.TestAccuracy!.Value.DiffersFrom(worst.TestAccuracy!.Value) ? "more than their intervals explain" : "no more than their intervals explain";
        return Text(
            $"Test accuracy is {CellText.Percent(best.TestAccuracy.Value.Mean)} at best ({best.Name}) and {CellText.Percent(worst.TestAccuracy.Value.Mean)} "
            + $"at worst ({worst.Name}), {sure}.");
    }

    private static string Sharpness(GroupSummary[] groups)
    {
        GroupSummary flat = groups.MinBy(group => group.TopEigenvalue!.Value.Mean)!, sharp = groups.MaxBy(group => group.TopEigenvalue!.Value.Mean)!;
        string sure = sharp.TopEigenvalue!.Value.DiffersFrom(flat.TopEigenvalue!.Value) ? "" : ", though their intervals overlap";
        return Text(
            $"The flattest ends are those of {flat.Name} (top eigenvalue {CellText.Number(flat.TopEigenvalue!.Value.Mean)}), the sharpest those of "
            + $"{sharp.Name} ({CellText.Number(sharp.TopEigenvalue.Value.Mean)}){sure}.");
    }

    private static string RuleCosts(RateRule rates)
    {
        string Cost(IEnumerable<double?> costs) => costs.OfType<double>().Order().ToArray() switch
        {
            [] => "cannot be said, because no rate near what it predicts was tried",
            [.., double worst] when double.IsFinite(worst) => Text($"costs up to {CellText.Number(worst)} times the steps"),
            _ => "misses the target at some batch",
        };
        return Text(
            $"Following the linear rule from the smallest batch {Cost(rates.Predictions.Select(rule => rule.LinearCost))}; following the square root "
            + $"{Cost(rates.Predictions.Select(rule => rule.RootCost))}.");
    }

    private static string Range(double value, (double Low, double High) interval) =>
        Text($"{CellText.Number(value)} (95 % interval {CellText.Number(interval.Low)} to {CellText.Number(interval.High)})");

    private static string Counted(int number, string what) => Text($"{number} {what}{(number == 1 ? "" : "s")}");

    // Numbers are written invariantly: the product runs without cultures.
    private static string Text(ref DefaultInterpolatedStringHandler text) => text.ToStringAndClear();
}
