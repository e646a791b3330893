using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>A layer's weights are all zero: with such a start the units of a layer stay equal, and layers behind it get no gradient.</summary>
/// <remarks>SageMaker Debugger's AllZero; the third tutorial calls a gradient of zero at the start a red flag.</remarks>
public sealed class ZeroWeightsRule() : WindowRule(Symptom.ZeroWeights, minExamples: 1)
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "zero_weights";

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        for (int layer = 0; layer < window.Layers.Count; layer++)
        {
            if (window.Layers[layer].WeightNorm == 0)
            {
                return new Finding($"norm of the weights of layer {layer}", 0, "above", 0, layer);
            }
        }

        return null;
    }
}
