using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>The training loss swings from window to window without falling.</summary>
/// <remarks>
/// Over the last windows, three things at once: their mean change is large beside their mean loss; at least a third of the changes turn the
/// direction; and the later half is no better than the earlier. Swings below a hundredth of the first loss are passed over. Noise of a healthy run turns the direction too (two changes in three), but is small
/// over <see cref="LossOscillationThresholds.MinExamples"/> examples. After the tutorials and AUTOTRAINER's oscillating loss.
/// </remarks>
public sealed class LossOscillationRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "loss_oscillation";

    private const double TurningShare = 1.0 / 3;

    /// <summary>Swings smaller than this share of the first loss harm nobody: near its end a loss swings by much of the little that is left.</summary>
    private const double HarmlessShare = 0.01;

    private readonly LossOscillationThresholds _thresholds;
    private readonly RecentWindows _recent;

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public LossOscillationRule(LossOscillationThresholds thresholds)
        : base(Symptom.Oscillation, thresholds.MinExamples)
    {
        _thresholds = thresholds;
        _recent = new RecentWindows(thresholds.Windows);
    }

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        bool wasFull = _recent.IsFull; // the first window is not judged: its loss is that of the first steps
        _recent.Add(window);
        if (!wasFull || progress.IsConverged || progress.IsAnnealed)
        {
            return null;
        }

        ReadOnlySpan<double> losses = _recent.Losses;
        (double early, double late, double changes) = (0, 0, 0);
        int turns = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            early += i < losses.Length / 2 ? losses[i] : 0;
            late += i < losses.Length / 2 ? 0 : losses[i];
            double change = i > 0 ? losses[i] - losses[i - 1] : 0;
            changes += Math.Abs(change);
            turns += i > 1 && change * (losses[i - 1] - losses[i - 2]) < 0 ? 1 : 0;
        }

        double mean = (early + late) / losses.Length;
        double meanChange = changes / (losses.Length - 1);
        bool isLarge = meanChange > _thresholds.Swing * mean && meanChange > HarmlessShare * progress.FirstLoss;
        bool falls = late / (losses.Length - (losses.Length / 2)) < (1 - LearningProgress.SmallestProgress) * early / (losses.Length / 2);
        return isLarge && turns >= TurningShare * (losses.Length - 2) && !falls
            ? new Finding($"mean change of the loss from window to window over its mean ({mean:G3}), while it does not fall", meanChange / mean, "at most", _thresholds.Swing, FirstStep: _recent.FirstStep)
            : null;
    }
}
