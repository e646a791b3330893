namespace DistSgd.Studies.Trials;

/// <summary>How a trial ended.</summary>
public enum TrialOutcome
{
    /// <summary>It came to the end of its budget; where there is a target, without reaching it.</summary>
    Completed,

    /// <summary>It reached the target.</summary>
    Reached,

    /// <summary>Its loss grew beyond all bounds.</summary>
    Diverged,
}

/// <summary>What came of one trial: one line of a study's log.</summary>
public sealed record TrialResult
{
    /// <summary>The trial's <see cref="Trial.Key"/>.</summary>
    public required string Key { get; init; }

    /// <summary>How it ended.</summary>
    public required TrialOutcome Outcome { get; init; }

    /// <summary>Completed steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Examples that they took.</summary>
    public required long Examples { get; init; }

    /// <summary>Step of the first look at which the target was reached; null if it was not.</summary>
    public long? TargetStep { get; init; }

    /// <summary>Examples up to there.</summary>
    public long? TargetExamples { get; init; }

    /// <summary>Virtual seconds up to there; null outside of the simulator.</summary>
    public double? TargetVirtualSeconds { get; init; }

    /// <summary>Training loss at the end; null if it diverged.</summary>
    public double? TrainLoss { get; init; }

    /// <summary>Training accuracy at the end.</summary>
    public double? TrainAccuracy { get; init; }

    /// <summary>Last validation loss.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Last validation accuracy.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Best validation accuracy of all looks.</summary>
    public double? BestValidationAccuracy { get; init; }

    /// <summary>Test loss at the end.</summary>
    public double? TestLoss { get; init; }

    /// <summary>Test accuracy at the end.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Mean tr Σ along the run; null where steps have one slice.</summary>
    public double? NoiseTrace { get; init; }

    /// <summary>Mean ‖G‖² along the run.</summary>
    public double? NoiseSquaredNorm { get; init; }

    /// <summary>Mean of the ratios tr Σ/‖G‖² along the run, those with ‖G‖² above 0.</summary>
    public double? NoiseMeanRatio { get; init; }

    /// <summary>B_simple along the run: a point for each window, at most <see cref="TrialWatch.PointsMax"/>.</summary>
    public IReadOnlyList<TrialPoint> Curve { get; init; } = [];

    /// <summary>Mean age of the applied gradients in steps; null in the modes where all are fresh.</summary>
    public double? Staleness { get; init; }

    /// <summary>Top eigenvalue of the Hessian at the end; null if it was not asked for.</summary>
    public double? TopEigenvalue { get; init; }

    /// <summary>Keskar's sharpness at the end.</summary>
    public double? Sharpness { get; init; }

    /// <summary>Wall-clock seconds of the training.</summary>
    public required double Seconds { get; init; }

    /// <summary>Examples a second.</summary>
    public double SamplesPerSecond => Seconds > 0 ? Examples / Seconds : 0;
}

/// <summary>A trial at the end of a window.</summary>
/// <param name="Step">Completed steps.</param>
/// <param name="Examples">Examples that they took.</param>
/// <param name="ValidationLoss">Validation loss there.</param>
/// <param name="NoiseScale">B_simple, smoothed; null where it is not known.</param>
public readonly record struct TrialPoint(long Step, long Examples, double ValidationLoss, double? NoiseScale);
