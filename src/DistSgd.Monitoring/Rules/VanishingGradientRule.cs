using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>Gradients too small: as a whole, in one layer, or the smaller the nearer the input.</summary>
/// <remarks>
/// <para>All look at means over at least <see cref="VanishingGradientThresholds.MinExamples"/> examples.</para>
/// <para>Norm below 1e-7: the first tutorial's warning sign. Mean |g| of a layer below 1e-7: SageMaker Debugger. Neither is judged on a
/// model that has learned its training set: there gradients vanish because little is left to learn.</para>
/// <para>First layer over last below 1e-3 with the first below 1e-4: AUTOTRAINER (Zhang et al., ICSE 2021). Depth profile, ours:
/// the norms of at least four layers fall by more than a factor 3 a layer towards the input, along a straight line in the logarithm
/// (ten sigmoid layers with Xavier weights on MNIST: a factor 4, R² 0.99; healthy ReLU and tanh nets: about 1). Both only while accuracy
/// is poor or stagnant (see <see cref="LearningProgress"/>): four sigmoid layers begin with a factor 3 and learn all the same.</para>
/// </remarks>
public sealed class VanishingGradientRule : WindowRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "vanishing_gradient";

    private const int FirstLayer = 0;

    private readonly VanishingGradientThresholds _thresholds;
    private readonly LayerMagnitudes _magnitudes;

    /// <summary>Creates the rule.</summary>
    /// <param name="thresholds">Its thresholds.</param>
    public VanishingGradientRule(VanishingGradientThresholds thresholds)
        : base(Symptom.VanishingGradient, thresholds.MinExamples)
    {
        _thresholds = thresholds;
        _magnitudes = new LayerMagnitudes(thresholds.MinExamples);
    }

    /// <inheritdoc/>
    public override string Name => RuleName;

    private protected override Finding? Judge(AggregatedWindow window, LearningProgress progress)
    {
        _magnitudes.Add(window.Layers);
        return (progress.IsConverged ? null : JudgeSize(window))
            ?? (progress.IsPoorOrStagnant ? JudgeDepth(window) : null);
    }

    private Finding? JudgeSize(AggregatedWindow window)
    {
        if (window.GradientNormMean < _thresholds.Norm)
        {
            return new Finding("mean gradient norm", window.GradientNormMean, "at least", _thresholds.Norm);
        }

        return _magnitudes.Smallest is (int layer, double magnitude) && magnitude < _thresholds.LayerMean
            ? new Finding($"mean |g| of layer {layer}", magnitude, "at least", _thresholds.LayerMean, layer)
            : null;
    }

    private Finding? JudgeDepth(AggregatedWindow window)
    {
        IReadOnlyList<AggregatedLayer> layers = window.Layers;
        double ratio = window.FirstToLastLayer;
        if (ratio < _thresholds.Ratio && layers[FirstLayer].NormMean < _thresholds.FirstLayerNorm)
        {
            return new Finding("gradient norm of the first layer over that of the last", ratio, "at least", _thresholds.Ratio, FirstLayer);
        }

        return layers.Count >= _thresholds.ProfileLayers
            && DepthProfile.Fit(layers) is { IsStraight: true } profile
            && profile.Factor > _thresholds.ProfileFactor
            ? new Finding(
                $"shrinking of the gradient norm per layer towards the input, along {layers.Count} layers",
                profile.Factor,
                "at most",
                _thresholds.ProfileFactor,
                FirstLayer)
            : null;
    }
}
