using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>Most units of a tanh or sigmoid layer are saturated: their input lies where the function is flat, so no gradient passes.</summary>
/// <remarks>
/// Beyond ±9.5 for tanh, below −23 or above 17 for a sigmoid (SageMaker Debugger's SaturatedActivation); the first tutorial's tanh'(4) ≈ 0.0013 is
/// mild beside it.
/// </remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class SaturatedActivationRule(ActivationThresholds thresholds) : ActivationRule(Symptom.SaturatedUnits, thresholds.Share)
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "saturated_activation";

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override string Quantity => "saturated units";

    private protected override double? Share(ActivationMeasurement measured) => measured.SaturatedShare;
}
