using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>The change of a layer's weights in one step is huge or next to nothing beside the weights themselves.</summary>
/// <remarks>
/// ‖Δw‖/‖w‖ of weight matrices, biases left out; about 1e-3 is healthy (CS231n). The bounds are SageMaker Debugger's. Not judged once the schedule has
/// taken the learning rate to nearly nothing, nor, at the lower bound, on a model that has learned its training set.
/// </remarks>
public sealed class UpdateRatioRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "update_ratio";

    private readonly UpdateRatioThresholds _thresholds;

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public UpdateRatioRule(UpdateRatioThresholds thresholds)
        : base(Symptom.LargeUpdates, minExamples: 1) => _thresholds = thresholds;

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        if (progress.IsAnnealed)
        {
            return null;
        }

        for (int layer = 0; layer < window.Layers.Count; layer++)
        {
            double ratio = window.Layers[layer].UpdateRatio;
            if (ratio > _thresholds.Largest)
            {
                return new Finding($"update over weights of layer {layer}", ratio, "at most", _thresholds.Largest, layer);
            }

            if (ratio < _thresholds.Smallest && !progress.IsConverged)
            {
                return new Finding($"update over weights of layer {layer}", ratio, "at least", _thresholds.Smallest, layer, Symptom.SmallUpdates);
            }
        }

        return null;
    }
}
