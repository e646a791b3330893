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
    private readonly Queue<(double Loss, long FirstStep)> _windows = new();

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public LossOscillationRule(LossOscillationThresholds thresholds)
        : base(Symptom.Oscillation, thresholds.MinExamples) => _thresholds = thresholds;

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        _windows.Enqueue((window.Loss, window.FirstStep));
        if (_windows.Count <= _thresholds.Windows)
        {
            return null;
        }

        _windows.Dequeue();
        if (progress.IsConverged || progress.IsAnnealed)
        {
            return null;
        }

        double[] losses = [.. _windows.Select(one => one.Loss)];
        double[] changes = [.. losses.Skip(1).Zip(losses, (next, before) => next - before)];
        int turns = changes.Skip(1).Zip(changes, (next, before) => next * before < 0 ? 1 : 0).Sum();
        int half = losses.Length / 2;
        double change = changes.Average(Math.Abs);
        double swing = change / losses.Average();
        bool falls = losses[half..].Average() < (1 - LearningProgress.SmallestProgress) * losses[..half].Average();
        return swing > _thresholds.Swing && change > HarmlessShare * progress.FirstLoss && turns >= TurningShare * (changes.Length - 1) && !falls
            ? new Finding($"mean change of the loss from window to window over its mean ({losses.Average():G3}), while it does not fall", swing, "at most", _thresholds.Swing, FirstStep: _windows.Peek().FirstStep)
            : null;
    }
}
