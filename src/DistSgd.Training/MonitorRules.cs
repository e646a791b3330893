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
        };
    }
}
