using System.Text.Json.Serialization;

namespace DistSgd.Monitoring.Events;

/// <summary>One event of a run's log. See <see cref="EventSchema"/> for the conventions that all kinds share.</summary>
public abstract record TrainingEvent
{
    /// <summary>When it happened; written in UTC with 100 ns resolution.</summary>
    [JsonPropertyName("@t")]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The kind, in snake_case: what the log calls this event.</summary>
    public abstract string Event { get; }

    /// <summary>A sentence for people, with property names in braces (the syntax of message templates).</summary>
    public abstract string MessageTemplate { get; }

    /// <summary>How much attention the event deserves.</summary>
    public virtual EventLevel Level => EventLevel.Information;

    /// <summary>The completed steps of the run when the event happened, or null for an event that belongs to no step.</summary>
    public virtual long? Position => null;
}

/// <summary>How much attention an event deserves: the <c>@l</c> of its line.</summary>
public enum EventLevel
{
    /// <summary>The normal course of things; <c>@l</c> is left out.</summary>
    Information,

    /// <summary>Something a person should look at.</summary>
    Warning,

    /// <summary>The run is in danger or has failed.</summary>
    Error,
}
