using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>Most units of a ReLU layer are dead: active on fewer than 1 % of the examples, so that they hardly get a gradient any more.</summary>
/// <remarks>SageMaker Debugger's DeadRelu.</remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class DeadReluRule(ActivationThresholds thresholds) : ActivationRule(Symptom.DeadUnits, thresholds.Share)
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "dead_relu";

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override string Quantity => "dead units";

    private protected override double? Share(ActivationMeasurement measured) => (double?)measured.InactiveUnits / measured.Units;
}
