using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>Gradients too large: by their norm, by its growth, or by the ratio of the first layer to the last.</summary>
/// <remarks>
/// <para>All three look at means over at least <see cref="ExplodingGradientThresholds.MinExamples"/> examples.</para>
/// <para>Norm above 100: the first tutorial's warning sign. Ten times the running median: ours; not judged on a model that has learned its
/// training set, where the median tends to zero and one hard example outweighs it. First layer over last above 70 while accuracy is poor
/// or stagnant (see <see cref="LearningProgress"/>): AUTOTRAINER (Zhang et al., ICSE 2021).</para>
/// </remarks>
public sealed class ExplodingGradientRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "exploding_gradient";

    private readonly ExplodingGradientThresholds _thresholds;
    private readonly RunningMedian _norms;

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public ExplodingGradientRule(ExplodingGradientThresholds thresholds)
        : base(Symptom.ExplodingGradient, thresholds.MinExamples)
    {
        _thresholds = thresholds;
        _norms = new RunningMedian(thresholds.Window);
    }

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        double norm = window.GradientNormMean;
        double growth = norm / (_norms.Value ?? double.NaN);
        _norms.Add(norm, window.AppliedSteps);
        if (norm > _thresholds.Norm)
        {
            return new Finding("mean gradient norm", norm, "at most", _thresholds.Norm);
        }

        if (growth > _thresholds.Growth && !progress.IsConverged)
        {
            return new Finding(
                $"mean gradient norm over its median of {_thresholds.Window} steps", growth, "at most", _thresholds.Growth);
        }

        double ratio = window.FirstToLastLayer;
        return ratio > _thresholds.LayerRatio && progress.IsPoorOrStagnant
            ? new Finding("gradient norm of the first layer over that of the last", ratio, "at most", _thresholds.LayerRatio)
            : null;
    }

    private protected override Alert Describe(AggregatedWindow window, Finding finding)
    {
        Alert alert = base.Describe(window, finding);
        int? layer = LargestLayer(window.Layers);
        string inLayer = layer is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $", most of it in layer {layer} (up to {window.Layers[layer.Value].NormMax:G3})");
        return alert with
        {
            Step = window.GradientNormMaxStep,
            Layer = layer,
            Worker = window.LargestSliceWorker,
            Shard = window.LargestSliceShard,
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"{alert.Message}. Its peak is {window.GradientNormMax:G3} at step {window.GradientNormMaxStep}{inLayer}"),
        };
    }

    private static int? LargestLayer(IReadOnlyList<AggregatedLayer> layers)
    {
        int? largest = null;
        for (int l = 0; l < layers.Count; l++)
        {
            if (largest is null || layers[l].NormMax > layers[largest.Value].NormMax)
            {
                largest = l;
            }
        }

        return largest;
    }
}
