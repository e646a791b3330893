using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Simulation;

/// <summary>Events of the log in the few words of a time line.</summary>
internal static class EventText
{
    /// <summary>Puts an event into words.</summary>
    /// <param name="trainingEvent">The event.</param>
    /// <returns>The words.</returns>
    public static string Of(TrainingEvent trainingEvent) => trainingEvent switch
    {
        Membership m => $"{m.Worker} {m.Change}{(m.Shards.Count == 0 ? "" : $", shards {string.Join(", ", m.Shards)}")}{(m.Reason is null ? "" : $" ({m.Reason})")}",
        Evaluation e => string.Create(CultureInfo.InvariantCulture, $"{e.Split} after step {e.Step}: loss {e.Loss:G6}"),
        CheckpointWritten c => $"checkpoint of step {c.Step}",
        Alert a => $"alert {a.Rule}",
        _ => trainingEvent.Event,
    };
}
