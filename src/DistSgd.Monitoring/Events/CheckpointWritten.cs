namespace DistSgd.Monitoring.Events;

/// <summary>A checkpoint is on disk.</summary>
public sealed record CheckpointWritten : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "checkpoint";

    /// <summary>Completed steps of the checkpoint.</summary>
    public required long Step { get; init; }

    /// <summary>File name, inside the run's folder of checkpoints.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 (hex) over the parameters.</summary>
    public required string ParametersSha256 { get; init; }

    /// <summary>Size of the file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Checkpoint {File} written after step {Step}";

    /// <inheritdoc/>
    public override long? Position => Step;
}
