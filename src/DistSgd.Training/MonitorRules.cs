using DistSgd.Monitoring.Rules;
using DistSgd.Training.Config;

namespace DistSgd.Training;

/// <summary>Turns the thresholds of a config into the settings of the monitor's rules.</summary>
public static class MonitorRules
{
    /// <summary>Converts the thresholds; a rule that is off is left out.</summary>
    /// <param name="config">The config's <c>monitor.rules</c>.</param>
    /// <returns>The settings.</returns>
    public static RuleSettings From(MonitorRulesConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ExplodingGradientRuleConfig exploding = config.ExplodingGradient;
        VanishingGradientRuleConfig vanishing = config.VanishingGradient;
        return new RuleSettings
        {
            NonFinite = config.NonFinite.Enabled,
            ExplodingGradient = exploding.Enabled
                ? new ExplodingGradientThresholds(exploding.Norm, exploding.Growth, exploding.Window, exploding.MinExamples)
                : null,
            VanishingGradient = vanishing.Enabled
                ? new VanishingGradientThresholds(
                    vanishing.Norm, vanishing.LayerMean, vanishing.Ratio, vanishing.FirstLayerNorm, vanishing.MinExamples)
                : null,
            ZeroWeights = config.ZeroWeights.Enabled,
            UpdateRatio = config.UpdateRatio is { Enabled: true } ratio ? new UpdateRatioThresholds(ratio.Smallest, ratio.Largest) : null,
            LossSpike = config.LossSpike is { Enabled: true } spike
                ? new LossSpikeThresholds(spike.Score, spike.Rise, spike.Windows, spike.MinExamples)
                : null,
            LossOscillation = config.LossOscillation is { Enabled: true } swings
                ? new LossOscillationThresholds(swings.Swing, swings.Windows, swings.MinExamples)
                : null,
            LossPlateau = config.LossPlateau is { Enabled: true } plateau
                ? new LossPlateauThresholds(plateau.Window, plateau.MinImprovement, plateau.Patience, plateau.MinExamples)
                : null,
            SlowProgress = config.SlowProgress is { Enabled: true } slow
                ? new SlowProgressThresholds(slow.Window, slow.MinImprovement, config.LossPlateau.MinImprovement, slow.LossShare, slow.Patience, slow.MinExamples)
                : null,
            Overfitting = config.Overfitting is { Enabled: true } fit ? new OverfittingThresholds(fit.Gap, fit.Rise) : null,
            Overtraining = config.Overtraining is { Enabled: true } over
                ? new OvertrainingThresholds(over.TrainingPatience, over.ValidationPatience, over.MinImprovement)
                : null,
            UnchangedParameters = config.UnchangedParameters is { Enabled: true } same ? new UnchangedParametersThresholds(same.Ratio, same.Windows) : null,
            PoorInitialization = config.PoorInitialization is { Enabled: true } poor ? new PoorInitializationThresholds(poor.VarianceRatio, poor.LossFactor) : null,
            DeadRelu = config.DeadRelu is { Enabled: true } dead ? new ActivationThresholds(dead.Share) : null,
            SaturatedActivation = config.SaturatedActivation is { Enabled: true } saturated ? new ActivationThresholds(saturated.Share) : null,
            PlateauDiagnosis = config.PlateauDiagnosis.Enabled,
            OutlierShard = config.OutlierShard is { Enabled: true } outlier ? new OutlierShardThresholds(outlier.Factor, outlier.Windows, outlier.Steps) : null,
            StaleGradients = config.StaleGradients is { Enabled: true } stale ? new StaleGradientsThresholds(stale.Steps, stale.Window) : null,
            Straggler = config.Straggler is { Enabled: true } straggler ? new StragglerThresholds(straggler.Factor, straggler.Window) : null,
            StalledRun = config.StalledRun is { Enabled: true } stalled ? new StalledRunThresholds(stalled.Seconds) : null,
        };
    }
}
