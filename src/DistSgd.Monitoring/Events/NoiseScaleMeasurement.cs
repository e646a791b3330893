namespace DistSgd.Monitoring.Events;

/// <summary>The simple gradient noise scale B_simple = tr Σ / ‖G‖², estimated from the slices of the steps and smoothed. Follows its <see cref="StepWindow"/>.</summary>
/// <remarks>
/// Far below it, a larger batch takes proportionally fewer steps; far above it, a larger batch is wasted (McCandlish et al. 2018). Only where a step sums
/// two slices or more (modes sync and backup). With <c>data.sharding: by_label</c> the differences between shards count as noise.
/// </remarks>
public sealed record NoiseScaleMeasurement : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "noise_scale";

    /// <summary>Last step of the window.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>tr Σ: the summed variance of an example's gradient.</summary>
    public required double CovarianceTrace { get; init; }

    /// <summary>‖G‖²: squared norm of the true gradient. An unbiased estimate, which may fall below 0.</summary>
    public required double SquaredGradientNorm { get; init; }

    /// <summary>Their ratio, in examples; infinite if ‖G‖² is not above 0.</summary>
    public required double NoiseScale { get; init; }

    /// <summary>Lower end of its 95 % interval.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end of its 95 % interval; infinite while ‖G‖² cannot be told from 0.</summary>
    public required double High { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Noise scale {NoiseScale} at step {Step}";

    /// <inheritdoc/>
    public override long? Position => Step;
}
