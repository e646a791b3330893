using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Training.Server.Decisions;

/// <summary>
/// Watches the events that the server writes with the monitor's own rules and decides what is done about their alerts, within the limits of the
/// config.
/// </summary>
/// <remarks>
/// It sees the same events in the same order as the monitor and as the log, at once, so its decisions depend on the numbers of the run alone;
/// rules that look at the time have no action. A run that goes on from a checkpoint shows it the log up to there.
/// </remarks>
internal sealed class ActionDecider
{
    private readonly MonitorConfig _config;
    private readonly IReadOnlyDictionary<string, AlertAction> _actions;
    private readonly RuleSet _rules;
    private readonly SortedSet<string> _standing = new(StringComparer.Ordinal);
    private bool _diagnosisIsDue;

    private ActionDecider(MonitorConfig config, IEnumerable<TrainingEvent> past)
    {
        _config = config;
        _actions = config.Actions.ByRule;
        _rules = RuleSet.Create(MonitorRules.From(config.Rules));
        foreach (TrainingEvent written in past)
        {
            Observe(written);
        }

        // What an earlier life was about to look at, it has looked at, or the plateau is still there to be told again.
        _diagnosisIsDue = false;
    }

    /// <summary>Whether a plateau was found whose curvature is to be measured.</summary>
    public bool DiagnosisIsDue => _diagnosisIsDue && _config.DiagnosePlateau;

    /// <summary>Creates the decider of a run.</summary>
    /// <param name="config">What is done about alerts.</param>
    /// <param name="past">The log up to now, the start of the run included.</param>
    /// <returns>The decider; null for a run in which nothing is to be decided.</returns>
    public static ActionDecider? Create(MonitorConfig config, IEnumerable<TrainingEvent> past) =>
        config.Decides ? new ActionDecider(config, past) : null;

    /// <summary>Takes note of an event.</summary>
    /// <param name="written">The event.</param>
    public void Observe(TrainingEvent written)
    {
        foreach (Alert alert in _rules.Observe(written))
        {
            if (alert.State == AlertStates.Raised)
            {
                _standing.Add(alert.Rule);
                _diagnosisIsDue |= alert.Rule == LossPlateauRule.RuleName;
            }
            else
            {
                _standing.Remove(alert.Rule);
            }
        }
    }

    /// <summary>Takes note that the curvature was measured.</summary>
    public void Diagnosed() => _diagnosisIsDue = false;

    /// <summary>What is to be done before the next step.</summary>
    /// <param name="done">What was done so far.</param>
    /// <param name="step">Completed steps.</param>
    /// <returns>The action and the rule that asks for it; null for nothing.</returns>
    public (AlertAction Action, string Rule)? Next(Interventions done, long step)
    {
        bool mayAct = done.Taken < _config.Actions.Limit && (done.Taken == 0 || step - done.LastStep >= _config.Actions.Pause);
        string? rule = mayAct ? _standing.FirstOrDefault(_actions.ContainsKey) : null;
        return rule is null ? null : (_actions[rule], rule);
    }
}
