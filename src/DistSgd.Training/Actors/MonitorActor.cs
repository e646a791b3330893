using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Training.Actors;

/// <summary>
/// Watches the written events of the run and raises alerts. It lives beside the server and sees exactly what the log holds,
/// so the same rules over the log later say the same.
/// </summary>
/// <param name="rules">The rules.</param>
public sealed class MonitorActor(RuleSet rules) : IActor
{
    /// <inheritdoc/>
    public void Receive(object message, IActorContext context)
    {
        if (message is TrainingEvent written)
        {
            foreach (Alert alert in rules.Observe(written))
            {
                context.Emit(alert);
            }
        }
    }
}
