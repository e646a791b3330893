namespace DistSgd.Monitoring.Rules;

/// <summary>The validation loss is above the training loss and has risen well above its best, while the training loss has not.</summary>
/// <remarks>
/// (validation − training)/training above a tenth: SageMaker Debugger's Overfit. Alone it fires on healthy runs, whose training loss goes to zero.
/// That the validation loss has risen above its best, in two evaluations in a row, and the training loss not above its own, is ours: where both
/// swing, the learning rate is too high.
/// </remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class OverfittingRule(OverfittingThresholds thresholds) : EvaluationRule(Symptom.Overfitting)
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "overfitting";

    private const int Patience = 2;

    /// <summary>Rises by less than this share of the first training loss harm nobody: of the little that is left any ripple is a large part.</summary>
    private const double HarmlessShare = 0.01;

    private double? _first;

    private double _best = double.PositiveInfinity;
    private double _bestTraining = double.PositiveInfinity;
    private int _times;

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override (string Quantity, double Value, double Threshold)? Judge(double validation, double training)
    {
        _best = Math.Min(_best, validation);
        _bestTraining = Math.Min(_bestTraining, training);
        _first ??= training;
        double rise = (validation / _best) - 1;
        bool rises = rise > thresholds.Rise && validation - _best > HarmlessShare * _first;
        bool holds = rises && validation > (1 + thresholds.Gap) * training && training <= (1 + thresholds.Rise) * _bestTraining;
        _times = holds ? _times + 1 : 0;
        return _times >= Patience
            ? (FormattableString.Invariant($"rise of the validation loss ({validation:G3}) above its best ({_best:G3}), the training loss being {training:G3}"), rise, thresholds.Rise)
            : null;
    }
}
