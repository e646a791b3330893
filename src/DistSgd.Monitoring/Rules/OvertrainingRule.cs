namespace DistSgd.Monitoring.Rules;

/// <summary>Neither the training loss nor the validation loss has improved for many evaluations: more training is of no use.</summary>
/// <remarks>
/// SageMaker Debugger's Overtraining, with its patience of 5 and 10. Only a model that has learned can be overtrained: its training loss has once been
/// below half of what it was at first, and still is.
/// </remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class OvertrainingRule(OvertrainingThresholds thresholds) : EvaluationRule(Symptom.Overtraining)
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "overtraining";

    private const double LearnedShare = 0.5;

    private double? _first;
    private Patience _training = new();
    private Patience _validation = new();

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override (string Quantity, double Value, double Threshold)? Judge(double validation, double training)
    {
        _first ??= training;
        _training = _training.Next(training, thresholds.MinImprovement);
        _validation = _validation.Next(validation, thresholds.MinImprovement);
        return training < LearnedShare * _first && _training.Since >= thresholds.TrainingPatience && _validation.Since >= thresholds.ValidationPatience
            ? ("evaluations since the validation loss was best, the training loss standing still too", _validation.Since, thresholds.ValidationPatience)
            : null;
    }

    /// <summary>The best value, and how many have come since.</summary>
    private readonly record struct Patience(double Best, int Since)
    {
        public Patience()
            : this(double.PositiveInfinity, 0)
        {
        }

        public Patience Next(double value, double minImprovement) =>
            value < (1 - minImprovement) * Best || double.IsPositiveInfinity(Best) ? new Patience(value, 0) : this with { Since = Since + 1 };
    }
}
