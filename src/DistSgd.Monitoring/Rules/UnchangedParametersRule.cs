using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>The weights of a layer stay the same, step after step.</summary>
/// <remarks>
/// SageMaker Debugger's UnchangedTensor compares elements (relative tolerance 1e-5, over three steps); here the norm of the change stands for
/// them, measured at the last step of a window: elements that are all within the tolerance give a norm that is. As a schedule lowers the learning
/// rate, so is the tolerance; not judged once it has taken it to nearly nothing, nor on a model that has learned its training set.
/// </remarks>
public sealed class UnchangedParametersRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "unchanged_parameters";

    private readonly UnchangedParametersThresholds _thresholds;
    private readonly Dictionary<int, int> _unchanged = [];

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public UnchangedParametersRule(UnchangedParametersThresholds thresholds)
        : base(Symptom.UnchangedWeights, minExamples: 1) => _thresholds = thresholds;

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        Finding? finding = null;
        for (int layer = 0; layer < window.Layers.Count; layer++)
        {
            double ratio = window.Layers[layer].UpdateRatio;
            _unchanged[layer] = ratio <= _thresholds.Ratio * progress.RateShare ? _unchanged.GetValueOrDefault(layer) + 1 : 0;
            if (finding is null && _unchanged[layer] >= _thresholds.Windows && !progress.IsAnnealed && !progress.IsConverged)
            {
                finding = new Finding($"change of the weights of layer {layer}, as a share of them", ratio, "above", _thresholds.Ratio, layer);
            }
        }

        return finding;
    }
}
