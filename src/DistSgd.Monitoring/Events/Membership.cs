namespace DistSgd.Monitoring.Events;

/// <summary>A worker joined or left.</summary>
public sealed record Membership : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "membership";

    /// <summary>Name of the worker.</summary>
    public required string Worker { get; init; }

    /// <summary>One of <see cref="MembershipChanges"/>.</summary>
    public required string Change { get; init; }

    /// <summary>The shards it takes over or gives up.</summary>
    public required IReadOnlyList<int> Shards { get; init; }

    /// <summary>Why, where something is known; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Worker {Worker} {Change}, shards {Shards}";

    /// <inheritdoc/>
    public override EventLevel Level =>
        Change is MembershipChanges.Lost or MembershipChanges.Refused or MembershipChanges.Quarantined ? EventLevel.Warning : EventLevel.Information;
}

/// <summary>Values of <see cref="Membership.Change"/>.</summary>
public static class MembershipChanges
{
    /// <summary>The worker takes part from now on.</summary>
    public const string Joined = "joined";

    /// <summary>The worker's shards have changed because another one came or went.</summary>
    public const string Reassigned = "reassigned";

    /// <summary>The worker said good-bye.</summary>
    public const string Left = "left";

    /// <summary>The worker is gone without a word.</summary>
    public const string Lost = "lost";

    /// <summary>The worker sent too many gradients that were not finite: it gets no shards any more.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>A peer that wanted to join was turned away; it never took part.</summary>
    public const string Refused = "refused";
}
