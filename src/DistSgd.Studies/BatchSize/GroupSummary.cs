using System.Globalization;
using DistSgd.Studies.Statistics;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.BatchSize;

/// <summary>What the trials of one group say together.</summary>
public sealed class GroupSummary
{
    private readonly TrialResult[] _trials;

    /// <summary>Sums a group up.</summary>
    /// <param name="plan">The study's plan.</param>
    /// <param name="group">Index of the group.</param>
    /// <param name="trainingExamples">Number of training examples.</param>
    /// <param name="results">The results.</param>
    public GroupSummary(TrialPlan plan, int group, int trainingExamples, IReadOnlyDictionary<string, TrialResult> results)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(results);
        Group = plan.File.Groups[group];
        BatchSize = Math.Min(Group.Run.Training.BatchSize ?? trainingExamples, trainingExamples);
        LearningRate = plan.BestRate(group, results);
        IReadOnlyList<double> rates = plan.Rates(group, results);
        IsAtEdge = rates.Count > 1 && LearningRate is { } best && (best == rates[0] || best == rates[^1]);
        Search = rates.Count == 1 ? [] : [.. rates.Select(rate => new RateResult(rate, plan.Searched(group, rate, results)))];
        _trials = [.. plan.EndPoints(group, results).Select(trial => results[trial.Key])];
        Reached = [.. _trials.Where(trial => trial.Outcome == TrialOutcome.Reached)];
        Steps = Of(trial => trial.TargetStep);
        Examples = Of(trial => trial.TargetExamples);
        VirtualSeconds = Of(trial => trial.TargetVirtualSeconds);
        Updates = Of(trial => trial.Steps);
        TrainLoss = Of(trial => trial.TrainLoss);
        TrainAccuracy = Of(trial => trial.TrainAccuracy);
        TestLoss = Of(trial => trial.TestLoss);
        TestAccuracy = Of(trial => trial.TestAccuracy);
        Gap = Of(trial => trial.TrainAccuracy - trial.TestAccuracy);
        LossGap = Of(trial => trial.TestLoss - trial.TrainLoss);
        TopEigenvalue = Of(trial => trial.TopEigenvalue);
        Sharpness = Of(trial => trial.Sharpness);
        Staleness = Of(trial => trial.Staleness);
        SamplesPerSecond = Of(trial => trial.SamplesPerSecond);

        Temperature = LearningRate * trainingExamples / (BatchSize * (1 - Group.Run.Optimizer.Momentum));

        // A ratio of means over all trials, and the mean of the ratios beside it.
        double? trace = Of(trial => trial.NoiseTrace)?.Mean, squared = Of(trial => trial.NoiseSquaredNorm)?.Mean;
        NoiseScale = squared > 0 ? trace / squared : null;
        NoiseMeanRatio = Of(trial => trial.NoiseMeanRatio)?.Mean;
    }

    /// <summary>The group.</summary>
    public TrialGroup Group { get; }

    /// <summary>The group in the words of readings and legends: <c>adam, batch 32</c>.</summary>
    public string Name => Group.Label.Length > 0 ? Group.Label.Replace($"{ScalingFamily.Axis}=", "batch ", StringComparison.Ordinal) : "the run";

    /// <summary>Examples of a step.</summary>
    public int BatchSize { get; }

    /// <summary>The rate that the search chose, or the run's own; null if every trial of the search diverged.</summary>
    public double? LearningRate { get; }

    /// <summary>Whether that rate is the lowest or the highest that was tried, so that a better one may lie beyond.</summary>
    public bool IsAtEdge { get; }

    /// <summary>What the search found, by ascending rate; empty if there was none.</summary>
    public IReadOnlyList<RateResult> Search { get; }

    /// <summary>The reported trials.</summary>
    public IReadOnlyList<TrialResult> Trials => _trials;

    /// <summary>Those of them that reached the target.</summary>
    public IReadOnlyList<TrialResult> Reached { get; }

    /// <summary>Number of them that diverged.</summary>
    public int Diverged => _trials.Count(trial => trial.Outcome == TrialOutcome.Diverged);

    /// <summary>Steps to the target, over the trials that reached it.</summary>
    public Estimate? Steps { get; }

    /// <summary>Examples to the target.</summary>
    public Estimate? Examples { get; }

    /// <summary>Virtual seconds to the target.</summary>
    public Estimate? VirtualSeconds { get; }

    /// <summary>Steps up to the end.</summary>
    public Estimate? Updates { get; }

    /// <summary>Training loss at the end.</summary>
    public Estimate? TrainLoss { get; }

    /// <summary>Training accuracy at the end.</summary>
    public Estimate? TrainAccuracy { get; }

    /// <summary>Test loss at the end.</summary>
    public Estimate? TestLoss { get; }

    /// <summary>Test accuracy at the end.</summary>
    public Estimate? TestAccuracy { get; }

    /// <summary>Generalization gap: training less test accuracy.</summary>
    public Estimate? Gap { get; }

    /// <summary>Test less training loss.</summary>
    public Estimate? LossGap { get; }

    /// <summary>Top eigenvalue of the Hessian at the end.</summary>
    public Estimate? TopEigenvalue { get; }

    /// <summary>Keskar's sharpness at the end.</summary>
    public Estimate? Sharpness { get; }

    /// <summary>Age of applied gradients in steps.</summary>
    public Estimate? Staleness { get; }

    /// <summary>Examples a second of one trial in its thread.</summary>
    public Estimate? SamplesPerSecond { get; }

    /// <summary>Noise temperature of SGD, ηN/(B(1 − β)) (Smith and Le 2018); of adaptive rules it says nothing.</summary>
    public double? Temperature { get; }

    /// <summary>B_simple along the runs, mean tr Σ over mean ‖G‖²; null where steps have one slice.</summary>
    public double? NoiseScale { get; }

    /// <summary>Mean of the ratios tr Σ/‖G‖² along the runs.</summary>
    public double? NoiseMeanRatio { get; }

    /// <summary>Cosine of the angle between a step's gradient and the true one that the noise scale implies, 1/√(1 + B_simple/B).</summary>
    public double? Cosine => NoiseScale is { } scale ? 1 / Math.Sqrt(1 + (scale / BatchSize)) : null;

    /// <summary>The value of the group on an axis as a number.</summary>
    /// <param name="key">Key of the axis.</param>
    /// <returns>The number, that of a list of one number too; null if it is none.</returns>
    public double? Number(string key)
    {
        string text = Group.Point.FirstOrDefault(setting => setting.Key == key).Value?.Trim('[', ']', ' ') ?? "";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private Estimate? Of(Func<TrialResult, double?> number) => Estimate.Of(_trials.Select(number));
}

/// <summary>What the search found at one learning rate.</summary>
/// <param name="LearningRate">The rate.</param>
/// <param name="Score">Medians over its seeds; null while a trial is missing.</param>
public readonly record struct RateResult(double LearningRate, RateScore? Score);
