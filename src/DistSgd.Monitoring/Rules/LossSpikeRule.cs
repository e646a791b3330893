using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>The training loss jumps: far above what it was, by its usual scatter and as a part of the first loss.</summary>
/// <remarks>
/// The score is (loss − median)/(1.4826 · median absolute deviation) over the last windows, which a spike before it does not spoil as it
/// would mean and standard deviation. The runs of PaLM (Chowdhery et al., 2022) went back some 100 steps and skipped the batches.
/// </remarks>
public sealed class LossSpikeRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "loss_spike";

    private const double NormalScale = 1.4826; // of the median absolute deviation to the standard deviation of a normal distribution

    private readonly LossSpikeThresholds _thresholds;
    private readonly RecentWindows _recent;
    private readonly double[] _sorted;

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public LossSpikeRule(LossSpikeThresholds thresholds)
        : base(Symptom.LossSpike, thresholds.MinExamples)
    {
        _thresholds = thresholds;
        _recent = new RecentWindows(thresholds.Windows);
        _sorted = new double[thresholds.Windows];
    }

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        Finding? finding = _recent.IsFull ? Judge(window.Loss, _recent.Losses, progress) : null;
        _recent.Add(window);
        return finding;
    }

    private Finding? Judge(double loss, ReadOnlySpan<double> before, LearningProgress progress)
    {
        double rise = _thresholds.Rise * (progress.FirstLoss ?? double.NaN);
        double least = double.PositiveInfinity;
        foreach (double value in before)
        {
            least = Math.Min(least, value);
        }

        if (!(loss - least > rise))
        {
            return null; // the median is no smaller; sorting is for the few that may be spikes
        }

        double median = Median(before);
        for (int i = 0; i < before.Length; i++)
        {
            _sorted[i] = Math.Abs(before[i] - median);
        }

        double deviation = NormalScale * Median(_sorted);
        double score = (loss - median) / Math.Max(deviation, double.Epsilon);
        return score > _thresholds.Score && loss - median > rise
            ? new Finding($"deviations of the mean loss ({loss:G3}) from its median ({median:G3})", score, "at most", _thresholds.Score)
            : null;
    }

    private protected override Alert Describe(AggregatedWindow window, Finding finding) => base.Describe(window, finding) with
    {
        Worker = window.LargestSliceWorker,
        Shard = window.LargestSliceShard,
    };

    private double Median(ReadOnlySpan<double> values)
    {
        values.CopyTo(_sorted);
        Array.Sort(_sorted);
        return (_sorted[(_sorted.Length - 1) / 2] + _sorted[_sorted.Length / 2]) / 2;
    }
}
