using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>The rules that watch a run, in a fixed order.</summary>
public sealed class RuleSet
{
    private readonly List<Alert> _alerts = [];
    private readonly Dictionary<string, int> _raised = [];

    /// <summary>Puts rules together.</summary>
    /// <param name="rules">The rules; alerts of one event come in this order.</param>
    public RuleSet(params IReadOnlyList<IRule> rules)
    {
        Rules = rules;
        WindowRule.Share(rules);
    }

    /// <summary>The rules, in order.</summary>
    public IReadOnlyList<IRule> Rules { get; }

    /// <summary>Number of alerts raised so far, by rule; rules without any are missing.</summary>
    public IReadOnlyDictionary<string, int> AlertsByRule => _raised;

    /// <summary>The rules of the product.</summary>
    /// <param name="settings">Which of them, with which thresholds.</param>
    /// <returns>A set without a memory yet.</returns>
    public static RuleSet Create(RuleSettings settings)
    {
        IRule?[] rules =
        [
            settings.NonFinite ? new NonFiniteRule() : null,
            settings.ExplodingGradient is { } exploding ? new ExplodingGradientRule(exploding) : null,
            settings.VanishingGradient is { } vanishing ? new VanishingGradientRule(vanishing) : null,
            settings.ZeroWeights ? new ZeroWeightsRule() : null,
            settings.PoorInitialization is { } poor ? new PoorInitializationRule(poor) : null,
            settings.DeadRelu is { } dead ? new DeadReluRule(dead) : null,
            settings.SaturatedActivation is { } saturated ? new SaturatedActivationRule(saturated) : null,
            settings.UpdateRatio is { } ratio ? new UpdateRatioRule(ratio) : null,
            settings.UnchangedParameters is { } unchanged ? new UnchangedParametersRule(unchanged) : null,
            settings.LossSpike is { } spike ? new LossSpikeRule(spike) : null,
            settings.LossOscillation is { } oscillation ? new LossOscillationRule(oscillation) : null,
            settings.LossPlateau is { } plateau ? new LossPlateauRule(plateau) : null,
            settings.PlateauDiagnosis ? new PlateauDiagnosisRule() : null,
            settings.SlowProgress is { } slow ? new SlowProgressRule(slow) : null,
            settings.Overfitting is { } overfitting ? new OverfittingRule(overfitting) : null,
            settings.Overtraining is { } overtraining ? new OvertrainingRule(overtraining) : null,
            settings.OutlierShard is { } outlier ? new OutlierShardRule(outlier) : null,
            settings.StaleGradients is { } stale ? new StaleGradientsRule(stale) : null,
            settings.Straggler is { } straggler ? new StragglerRule(straggler) : null,
            settings.StalledRun is { } stalled ? new StalledRunRule(stalled) : null,
        ];
        return new RuleSet([.. rules.OfType<IRule>()]);
    }

    /// <summary>Shows the next event of the log to every rule. Alerts may be shown too and are passed over.</summary>
    /// <param name="trainingEvent">The event, as it was written.</param>
    /// <returns>What the rules have to say to it; valid until the next call.</returns>
    public IReadOnlyList<Alert> Observe(TrainingEvent trainingEvent)
    {
        _alerts.Clear();
        if (trainingEvent is not Alert)
        {
            foreach (IRule rule in Rules)
            {
                rule.Observe(trainingEvent, _alerts);
            }
        }

        foreach (Alert alert in _alerts)
        {
            if (alert.State == AlertStates.Raised)
            {
                _raised[alert.Rule] = _raised.GetValueOrDefault(alert.Rule) + 1;
            }
        }

        return _alerts;
    }

    /// <summary>
    /// Shows a log to every rule: what they would have said live. After it the rules know all that they knew when the log ended,
    /// so that a resumed run goes on where it was.
    /// </summary>
    /// <param name="events">The events that stand.</param>
    /// <returns>The alerts, in order.</returns>
    public IReadOnlyList<Alert> Replay(IEnumerable<TrainingEvent> events)
    {
        var alerts = new List<Alert>();
        foreach (TrainingEvent trainingEvent in events)
        {
            alerts.AddRange(Observe(trainingEvent));
        }

        return alerts;
    }
}
