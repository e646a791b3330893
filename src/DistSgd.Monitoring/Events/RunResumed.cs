namespace DistSgd.Monitoring.Events;

/// <summary>The run goes on from a checkpoint. Events before this one with a greater step did not happen: readers drop them.</summary>
public sealed record RunResumed : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "run_resumed";

    /// <summary>Completed steps of the checkpoint.</summary>
    public required long Step { get; init; }

    /// <summary>How often the server has been started for this run, from 1.</summary>
    public required int Term { get; init; }

    /// <summary>Number of workers the run goes on with.</summary>
    public required int Workers { get; init; }

    /// <summary>Vector width of the kernels in bits: 512, 256 or 128.</summary>
    public required int VectorBits { get; init; }

    /// <summary>File name of the checkpoint.</summary>
    public required string Checkpoint { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Run resumes after step {Step} from {Checkpoint}";

    /// <inheritdoc/>
    public override long? Position => Step;
}
