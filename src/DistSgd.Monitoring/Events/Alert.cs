namespace DistSgd.Monitoring.Events;

/// <summary>A rule of the monitor found something wrong, or found it gone. Alerts are never sampled.</summary>
public sealed record Alert : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "alert";

    /// <summary>Name of the rule.</summary>
    public required string Rule { get; init; }

    /// <summary>One of <see cref="AlertSeverities"/>.</summary>
    public required string Severity { get; init; }

    /// <summary>One of <see cref="AlertStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>The step that shows it best: for a maximum, the step of the maximum.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of that step.</summary>
    public required int Epoch { get; init; }

    /// <summary>Completed steps when the rule said it.</summary>
    public required long SeenAtStep { get; init; }

    /// <summary>The layer concerned, 0 next to the input.</summary>
    public int? Layer { get; init; }

    /// <summary>The worker concerned.</summary>
    public string? Worker { get; init; }

    /// <summary>The shard concerned.</summary>
    public int? Shard { get; init; }

    /// <summary>Indices into the training set of the examples concerned.</summary>
    public IReadOnlyList<int>? Examples { get; init; }

    /// <summary>The number that crossed the threshold, in the unit the message names.</summary>
    public double? Value { get; init; }

    /// <summary>The threshold, in the same unit.</summary>
    public double? Threshold { get; init; }

    /// <summary>What was found, in one sentence with its numbers.</summary>
    public required string Message { get; init; }

    /// <summary>What most likely causes it.</summary>
    public string? LikelyCause { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Advice { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Alert {Rule} {State}: {Message}";

    /// <inheritdoc/>
    public override EventLevel Level => (State, Severity) switch
    {
        (AlertStates.Resolved, _) => EventLevel.Information,
        (_, AlertSeverities.Critical) => EventLevel.Error,
        _ => EventLevel.Warning,
    };

    /// <inheritdoc/>
    public override long? Position => SeenAtStep;
}

/// <summary>Values of <see cref="Alert.Severity"/>.</summary>
public static class AlertSeverities
{
    /// <summary>Training suffers.</summary>
    public const string Warning = "warning";

    /// <summary>Training is lost unless something is done.</summary>
    public const string Critical = "critical";
}

/// <summary>Values of <see cref="Alert.State"/>.</summary>
public static class AlertStates
{
    /// <summary>The condition holds.</summary>
    public const string Raised = "raised";

    /// <summary>The condition of an alert raised before no longer holds.</summary>
    public const string Resolved = "resolved";
}
