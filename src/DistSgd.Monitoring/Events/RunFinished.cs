namespace DistSgd.Monitoring.Events;

/// <summary>The last event of a run, unless it is resumed.</summary>
public sealed record RunFinished : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "run_finished";

    /// <summary>Completed steps.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>One of <see cref="RunOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Wall time of the training in seconds, evaluations and checkpoints included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Mean loss on the training examples; null if it was not evaluated.</summary>
    public double? TrainLoss { get; init; }

    /// <summary>Mean loss on the validation examples; null if it was not evaluated.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Fraction of the validation examples classified correctly; null if it was not evaluated.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Mean loss on the test examples; null if it was not evaluated.</summary>
    public double? TestLoss { get; init; }

    /// <summary>Fraction of the test examples classified correctly; null if it was not evaluated.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>SHA-256 (hex) over the final parameters.</summary>
    public string? ParametersSha256 { get; init; }

    /// <summary>Number of alerts raised, by rule.</summary>
    public required IReadOnlyDictionary<string, int> AlertsByRule { get; init; }

    /// <summary>Why it ended, when it did not complete.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Run {Outcome} after step {Step} in {Seconds} s";

    /// <inheritdoc/>
    public override EventLevel Level =>
        Outcome is RunOutcomes.Failed or RunOutcomes.StoppedByMonitor ? EventLevel.Error : EventLevel.Information;

    /// <inheritdoc/>
    public override long? Position => Step;
}

/// <summary>Values of <see cref="RunFinished.Outcome"/>.</summary>
public static class RunOutcomes
{
    /// <summary>All steps were taken.</summary>
    public const string Completed = "completed";

    /// <summary>The validation loss did not improve any more.</summary>
    public const string EarlyStopped = "early_stopped";

    /// <summary>The monitor stopped the run.</summary>
    public const string StoppedByMonitor = "stopped_by_monitor";

    /// <summary>A person or the system asked the program to end; the run can be resumed.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>An error ended the run.</summary>
    public const string Failed = "failed";
}
