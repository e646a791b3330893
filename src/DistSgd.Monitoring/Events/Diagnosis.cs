namespace DistSgd.Monitoring.Events;

/// <summary>What curvature says of the point where the loss stands still, measured by the workers between two steps.</summary>
public sealed record Diagnosis : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "diagnosis";

    /// <summary>Completed steps.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>One of <see cref="DiagnosisVerdicts"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Mean loss over the examples.</summary>
    public required double Loss { get; init; }

    /// <summary>Norm of the mean gradient over the examples.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Largest eigenvalue of the Hessian.</summary>
    public required double LargestEigenvalue { get; init; }

    /// <summary>Smallest eigenvalue of the Hessian.</summary>
    public required double SmallestEigenvalue { get; init; }

    /// <summary>Magnitude up to which an eigenvalue counts as zero.</summary>
    public required double Zero { get; init; }

    /// <summary>Number of training examples that loss, gradient and Hessian were taken over.</summary>
    public required int Examples { get; init; }

    /// <summary>Number of Hessian-vector products.</summary>
    public required int Products { get; init; }

    /// <summary>How long the run waited for it, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate =>
        "Step {Step} is at a {Verdict}: eigenvalues {SmallestEigenvalue} to {LargestEigenvalue}, gradient norm {GradientNorm}";

    /// <inheritdoc/>
    public override long? Position => Step;
}

/// <summary>Values of <see cref="Diagnosis.Verdict"/>.</summary>
public static class DiagnosisVerdicts
{
    /// <summary>Some direction curves clearly down.</summary>
    public const string Saddle = "saddle";

    /// <summary>No direction curves down.</summary>
    public const string Minimum = "minimum";

    /// <summary>No direction curves noticeably.</summary>
    public const string Flat = "flat region";

    /// <summary>The eigenvalues are too uncertain to tell.</summary>
    public const string Uncertain = "point of uncertain curvature";
}
