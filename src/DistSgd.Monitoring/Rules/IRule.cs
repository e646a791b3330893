using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>
/// One health rule: a state machine over the events of a log. It sees nothing but what is written there, in the order it is written,
/// so that the live monitor and a replay of the log say the same.
/// </summary>
/// <remarks>A rule raises its alert once when its condition begins to hold and resolves it once when the condition is over.</remarks>
public interface IRule
{
    /// <summary>Name of the rule in alerts and in the config, snake_case.</summary>
    string Name { get; }

    /// <summary>Takes the next event of the log.</summary>
    /// <param name="trainingEvent">The event; never an <see cref="Alert"/>.</param>
    /// <param name="alerts">Receives what the rule has to say.</param>
    void Observe(TrainingEvent trainingEvent, List<Alert> alerts);
}
