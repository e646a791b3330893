namespace DistSgd.Monitoring.Rules;

/// <summary>The validation loss is above the training loss, and has risen well above its best.</summary>
/// <remarks>
/// (validation − training)/training above a tenth: SageMaker Debugger's Overfit. Alone it fires on healthy runs, whose training loss goes to zero;
/// the rise of the validation loss above its best is ours.
/// </remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class OverfittingRule(OverfittingThresholds thresholds) : EvaluationRule(Symptom.Overfitting)
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "overfitting";

    private double _best = double.PositiveInfinity;

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override (string Quantity, double Value, double Threshold)? Judge(double validation, double training)
    {
        _best = Math.Min(_best, validation);
        double rise = (validation / _best) - 1;
        return validation > (1 + thresholds.Gap) * training && rise > thresholds.Rise
            ? (FormattableString.Invariant($"rise of the validation loss ({validation:G3}) above its best ({_best:G3}), the training loss being {training:G3}"), rise, thresholds.Rise)
            : null;
    }
}
