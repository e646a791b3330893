namespace DistSgd.Monitoring.Events;

/// <summary>The model was evaluated on a whole split.</summary>
public sealed record Evaluation : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "evaluation";

    /// <summary>Completed steps of the evaluated model.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>One of <see cref="DataSplits"/>.</summary>
    public required string Split { get; init; }

    /// <summary>Mean loss.</summary>
    public required double Loss { get; init; }

    /// <summary>Fraction classified correctly; null for regression.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Number of examples of the split.</summary>
    public required long Examples { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Evaluation on {Split} after step {Step}: loss {Loss}, accuracy {Accuracy}";

    /// <inheritdoc/>
    public override long? Position => Step;
}

/// <summary>Values of <see cref="Evaluation.Split"/>.</summary>
public static class DataSplits
{
    /// <summary>The examples that gradients come from.</summary>
    public const string Train = "train";

    /// <summary>The examples held out of the training set.</summary>
    public const string Validation = "validation";

    /// <summary>The test set.</summary>
    public const string Test = "test";
}
