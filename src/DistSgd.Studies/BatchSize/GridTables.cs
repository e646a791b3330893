using DistSgd.Learning.Optimization;
using DistSgd.Studies.Statistics;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.BatchSize;

/// <summary>The numbers of a study over a grid as tables. A column in which no group has a value is left out.</summary>
internal static class GridTables
{
    /// <summary>Name of the table with wall-clock times: the one thing that differs when the same study is run twice.</summary>
    public const string TimesName = "times";

    /// <summary>A table with a row for each group.</summary>
    public static StudyTable Groups(IReadOnlyList<GroupSummary> groups, IReadOnlyList<ScalingFamily> families, bool hasTarget)
    {
        var columns = new Columns(groups);
        columns.AddNames();
        columns.Add("learning_rate", group => group.LearningRate);
        columns.Add("best_is_at_edge", group => group.IsAtEdge ? true : null);
        columns.Add("trials", group => group.Trials.Count);
        columns.Add("reached", group => group.Steps is null ? null : group.Reached.Count);
        columns.Add("diverged", group => group.Diverged > 0 ? group.Diverged : null);
        columns.Add("steps", group => group.Steps);
        columns.Add("examples", group => group.Examples);
        columns.Add("virtual_seconds", group => group.VirtualSeconds);
        columns.Add("staleness", group => group.Staleness);
        columns.Add("regime", group => families.FirstOrDefault(family => family.Groups.Contains(group))?.Regime(group.BatchSize));
        return columns.Table("groups", hasTarget ? "What the target costs, by group; ± is half a 95 % interval over the seeds" : "Groups and their learning rates");
    }

    /// <summary>A table of the end points.</summary>
    public static StudyTable EndPoints(IReadOnlyList<GroupSummary> groups)
    {
        var columns = new Columns(groups);
        columns.AddNames();
        columns.Add("all_steps", group => (object?)group.Updates?.Mean);
        columns.Add("train_loss", group => group.TrainLoss);
        columns.Add("test_loss", group => group.TestLoss);
        columns.Add("train_accuracy", group => group.TrainAccuracy);
        columns.Add("test_accuracy", group => group.TestAccuracy);
        columns.Add("gap", group => group.Gap);
        columns.Add("top_eigenvalue", group => group.TopEigenvalue);
        columns.Add("sharpness", group => group.Sharpness);
        columns.Add("temperature", group => group.Group.Run.Optimizer.Kind == OptimizerKind.Sgd ? group.Temperature : null);
        columns.Add("noise_scale", group => group.NoiseScale);
        columns.Add("noise_mean_ratio", group => group.NoiseMeanRatio);
        columns.Add("cosine", group => group.Cosine);
        return columns.Table("end_points", "Where the trials end, by group; ± is half a 95 % interval over the seeds");
    }

    /// <summary>Wall-clock times, which are those of this machine on that day.</summary>
    public static StudyTable Times(IReadOnlyList<GroupSummary> groups)
    {
        var columns = new Columns(groups);
        columns.AddNames();
        columns.Add("samples_per_second", group => group.SamplesPerSecond);
        return columns.Table(TimesName, "Examples a second of a trial in its one thread, beside others");
    }

    /// <summary>What the searches found.</summary>
    public static StudyTable Search(IReadOnlyList<GroupSummary> groups) => new(
        "search",
        "Searches for the learning rate: medians over their seeds",
        ["group", "learning_rate", "steps", "validation_loss", "is_best"],
        [
            .. groups.SelectMany(group => group.Search.Select(found => (object?[])
            [
                group.Group.Label, found.LearningRate, Finite(found.Score?.Steps), Finite(found.Score?.Loss), found.LearningRate == group.LearningRate,
            ])),
        ],
        IsPrinted: false);

    /// <summary>The reported trials one by one.</summary>
    public static StudyTable Trials(IReadOnlyList<GroupSummary> groups) => new(
        "trials",
        "The reported trials",
        [
            "group", "learning_rate", "trial", "outcome", "steps", "examples", "target_step", "target_examples", "target_virtual_seconds", "train_loss", "train_accuracy",
            "validation_loss", "validation_accuracy", "best_validation_accuracy", "test_loss", "test_accuracy", "top_eigenvalue", "sharpness",
            "noise_trace", "noise_squared_norm", "staleness",
        ],
        [
            .. groups.SelectMany(group => group.Trials.Select(trial => (object?[])
            [
                group.Group.Label, group.LearningRate, trial.Key, Word(trial.Outcome), trial.Steps, trial.Examples, trial.TargetStep, trial.TargetExamples,
                trial.TargetVirtualSeconds, trial.TrainLoss, trial.TrainAccuracy, trial.ValidationLoss, trial.ValidationAccuracy, trial.BestValidationAccuracy,
                trial.TestLoss, trial.TestAccuracy, trial.TopEigenvalue, trial.Sharpness, trial.NoiseTrace, trial.NoiseSquaredNorm, trial.Staleness,
            ])),
        ],
        IsPrinted: false);

    /// <summary>The curves of the first trial of each group.</summary>
    public static StudyTable Curves(IReadOnlyList<GroupSummary> groups) => new(
        "curves",
        "Validation loss and noise scale along the first trial of each group",
        ["group", "step", "examples", "validation_loss", "noise_scale"],
        [
            .. groups.Where(group => group.Trials.Count > 0).SelectMany(group => group.Trials[0].Curve.Select(point => (object?[])
                [group.Group.Label, point.Step, point.Examples, point.ValidationLoss, point.NoiseScale])),
        ],
        IsPrinted: false);

    /// <summary>The fitted laws.</summary>
    public static StudyTable Scaling(IReadOnlyList<ScalingFamily> families) => new(
        "scaling",
        "The law S = S_min + E_min/B, with 95 % intervals, and what the noise says of it",
        ["family", "quantity", "value", "low", "high", "meaning"],
        [.. families.SelectMany(Rows)]);

    /// <summary>What following the rules of the learning rate costs.</summary>
    public static StudyTable RateRules(IReadOnlyList<ScalingFamily> families) => new(
        "rate_rules",
        "Rules of the learning rate, from the best one of the smallest batch: steps at the rate they predict over those at the best",
        ["family", "batch_size", "best_rate", "linear_rate", "linear_cost", "root_rate", "root_cost"],
        [
            .. families.Where(family => family.Rates is not null).SelectMany(family => family.Rates!.Predictions.Select(rule => (object?[])
                [family.Name, rule.BatchSize, rule.BestRate, rule.LinearRate, rule.LinearCost, rule.RootRate, rule.RootCost])),
        ]);

    private static IEnumerable<object?[]> Rows(ScalingFamily family)
    {
        if (family.Fit is { } fit)
        {
            yield return [family.Name, "S_min", fit.MinSteps, fit.MinStepsInterval.Low, fit.MinStepsInterval.High, "steps that no batch falls below"];
            yield return [family.Name, "E_min", fit.MinExamples, fit.MinExamplesInterval.Low, fit.MinExamplesInterval.High, "examples that no batch falls below"];
            yield return [family.Name, "B_crit", fit.CriticalBatch, fit.CriticalBatchInterval.Low, fit.CriticalBatchInterval.High, "E_min/S_min, where both are doubled"];
            yield return [family.Name, "relative error", fit.RelativeError, null, null, "root of the mean square of the residuals of log S"];
        }

        if (family.NoiseScale is not null)
        {
            yield return
            [
                family.Name, "B_simple", family.NoiseScale, family.NoiseScales[0], family.NoiseScales[^1],
                "noise scale along the runs, mean tr Σ over mean ‖G‖²: median, least and most of the batches",
            ];
        }

        if (family.NoiseMeanRatio is not null)
        {
            yield return
            [
                family.Name, "mean of ratios", family.NoiseMeanRatio, family.NoiseMeanRatios[0], family.NoiseMeanRatios[^1],
                "the same as the mean of tr Σ/‖G‖² over the windows",
            ];
        }

        if (family.Rates is { } rates)
        {
            yield return [family.Name, "rate exponent", rates.Exponent, rates.Exponent - rates.Error, rates.Exponent + rates.Error, $"p of η ∝ Bᵖ over batches {rates.Batches.First} to {rates.Batches.Last}"];
        }
    }

    // A batch of 16384 is no measurement, to be rounded.
    private static object? Whole(double? number) => number is { } value && value == Math.Round(value) && Math.Abs(value) < 1e15 ? (object)(long)value : number;

    private static string Word(TrialOutcome outcome) => outcome.ToString().ToLowerInvariant();

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    /// <summary>Columns of a table with a row for each group.</summary>
    private sealed class Columns(IReadOnlyList<GroupSummary> groups)
    {
        private readonly List<(string Name, object?[] Cells)> _columns = [];
        private int _firstAxis, _axes;

        public void AddNames()
        {
            Add("variant", group => group.Group.Variant.Length > 0 ? group.Group.Variant : null);
            _firstAxis = _columns.Count;
            _axes = groups[0].Group.Point.Count;
            foreach (KeySetting axis in groups[0].Group.Point)
            {
                Add(axis.Key, group => Whole(group.Number(axis.Key)) ?? group.Group.Point.First(point => point.Key == axis.Key).Value);
            }
        }

        public void Add(string name, Func<GroupSummary, object?> cell)
        {
            object?[] cells = [.. groups.Select(cell)];
            if (Array.Exists(cells, value => value is not null))
            {
                _columns.Add((name, cells));
            }
        }

        public void Add(string name, Func<GroupSummary, Estimate?> estimate)
        {
            Add(name, group => (object?)estimate(group)?.Mean);
            Add($"{name}_±", group => estimate(group) is { Count: > 1 } known ? known.Error : null);
        }

        public StudyTable Table(string name, string title) => new(
            name,
            title,
            [.. _columns.Select((column, i) => i >= _firstAxis && i < _firstAxis + _axes ? ShortName(i) : column.Name)],
            [.. groups.Select((_, row) => (IReadOnlyList<object?>)[.. _columns.Select(column => column.Cells[row])])]);

        /// <summary>The last part of an axis's key, or all of it where another column is called that: <c>cluster.staleness</c> beside the staleness measured.</summary>
        private string ShortName(int axis)
        {
            string name = LastPart(_columns[axis].Name);
            return _columns.Where((column, i) => i != axis && LastPart(column.Name) == name).Any() ? _columns[axis].Name : name;
        }

        private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
    }
}
