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
    private readonly Queue<double> _losses = new();

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public LossSpikeRule(LossSpikeThresholds thresholds)
        : base(Symptom.LossSpike, thresholds.MinExamples) => _thresholds = thresholds;

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        double[] before = [.. _losses.Order()];
        _losses.Enqueue(window.Loss);
        if (_losses.Count <= _thresholds.Windows)
        {
            return null;
        }

        _losses.Dequeue();
        double median = Median(before);
        double deviation = NormalScale * Median([.. before.Select(loss => Math.Abs(loss - median)).Order()]);
        double score = (window.Loss - median) / Math.Max(deviation, double.Epsilon);
        return score > _thresholds.Score && window.Loss - median > _thresholds.Rise * progress.FirstLoss
            ? new Finding($"deviations of the mean loss ({window.Loss:G3}) from its median ({median:G3})", score, "at most", _thresholds.Score)
            : null;
    }

    private protected override Alert Describe(AggregatedWindow window, Finding finding) => base.Describe(window, finding) with
    {
        Worker = window.LargestSliceWorker,
        Shard = window.LargestSliceShard,
    };

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
