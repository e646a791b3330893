using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

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

    /// <summary>Puts a message into words.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The words; null for a heartbeat.</returns>
    public static string? OfMessage(object message) => message switch
    {
        AssignShards m => $"shards {string.Join(", ", m.Shards)} (term {m.Term})",
        StepStarted m => $"step {m.Step} (term {m.Term})",
        RecomputeSlices m => $"compute shards {string.Join(", ", m.Shards)} of step {m.Step} (term {m.Term})",
        GradientComputed m => $"slices of shards {string.Join(", ", m.Partials.SelectMany(p => Enumerable.Range(p.Range.First, p.Range.Count)))}, step {m.Step} (term {m.Term})",
        EvaluateBlocks m => $"evaluate {m.Part} blocks {m.FirstBlock} to {m.FirstBlock + m.BlockCount - 1} after step {m.Step} (term {m.Term})",
        MeasureCurvature m => $"measure {m.Request.GetType().Name} over {m.Examples} examples, round {m.Round} (term {m.Term})",
        CurvatureMeasured m => $"measured round {m.Round} (term {m.Term})",
        BlocksEvaluated m => $"{m.Part} blocks {m.FirstBlock} to {m.FirstBlock + m.Results.Length - 1} after step {m.Step} (term {m.Term})",
        Ping => null,
        _ => message.GetType().Name,
    };
}
