using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>The training loss stands still: period after period none is better than the best before it.</summary>
/// <remarks>
/// Not judged on a model that has learned its training set, nor once the schedule has taken the learning rate to nearly nothing. SageMaker
/// Debugger's LossNotDecreasing; the periods are ours.
/// </remarks>
public sealed class LossPlateauRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "loss_plateau";

    private readonly LossPlateauThresholds _thresholds;
    private readonly LossPeriods _periods;
    private int _still;

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public LossPlateauRule(LossPlateauThresholds thresholds)
        : base(Symptom.Plateau, thresholds.MinExamples)
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
            _still = _periods.Improvement < _thresholds.MinImprovement ? _still + 1 : 0;
        }

        return _still >= _thresholds.Patience && !progress.IsConverged && !progress.IsAnnealed
            ? new Finding($"fall of the mean loss ({_periods.Last:G3}) below its best in {_thresholds.Window} steps", _periods.Improvement!.Value, "at least", _thresholds.MinImprovement, FirstStep: _periods.FirstStep)
            : null;
    }
}
