using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>The training loss falls, but hardly: most of the first loss is still there, and a period takes little of it away.</summary>
/// <remarks>The tutorials' "loss decreases but very slowly". Where it does not fall at all, <see cref="LossPlateauRule"/> speaks.</remarks>
public sealed class SlowProgressRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "slow_progress";

    private readonly SlowProgressThresholds _thresholds;
    private readonly LossPeriods _periods;
    private int _slow;

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public SlowProgressRule(SlowProgressThresholds thresholds)
        : base(Symptom.SlowProgress, thresholds.MinExamples)
    {
        _thresholds = thresholds;
        _periods = new LossPeriods(thresholds.Window);
    }

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        if (_periods.Add(window))
        {
            bool isSlow = _periods.Improvement >= _thresholds.Standstill && _periods.Improvement < _thresholds.MinImprovement;
            _slow = isSlow && _periods.Last > _thresholds.LossShare * progress.FirstLoss ? _slow + 1 : 0;
        }

        return _slow >= _thresholds.Patience && !progress.IsConverged && !progress.IsAnnealed
            ? new Finding($"fall of the mean loss ({_periods.Last:G3}, at first {progress.FirstLoss:G3}) in {_thresholds.Window} steps", _periods.Improvement!.Value, "at least", _thresholds.MinImprovement, FirstStep: _periods.FirstStep)
            : null;
    }
}
