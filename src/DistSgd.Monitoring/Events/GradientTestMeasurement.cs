namespace DistSgd.Monitoring.Events;

/// <summary>
/// How far the mean gradient of a slice can be trusted, from the gradients of its single examples: measured by the workers once in so many examples
/// (<c>monitor.gradient_tests_every</c>), at the parameters after <see cref="Step"/>.
/// </summary>
/// <remarks>Of Byrd et al. 2012 and Bollapragada, Byrd and Nocedal 2018, as Cockpit defines them. The square of the norm test is the sum of the squares of the others.</remarks>
public sealed record GradientTestMeasurement : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "gradient_tests";

    /// <summary>Completed steps.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>Examples that were looked at, over all slices.</summary>
    public required int Examples { get; init; }

    /// <summary>θ of the norm test: standard deviation of a slice's mean gradient over its norm.</summary>
    public required double NormTest { get; init; }

    /// <summary>θ of the inner-product test: the part of that along the gradient.</summary>
    public required double InnerProductTest { get; init; }

    /// <summary>ν of the orthogonality test: the part across it.</summary>
    public required double OrthogonalityTest { get; init; }

    /// <summary>tr Σ: the summed variance of an example's gradient, from exact norms.</summary>
    public required double CovarianceTrace { get; init; }

    /// <summary>‖G‖²: squared norm of the true gradient. An unbiased estimate, which may fall below 0.</summary>
    public required double SquaredGradientNorm { get; init; }

    /// <summary>Their ratio, in examples; infinite if ‖G‖² is not above 0.</summary>
    public required double NoiseScale { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Gradient tests after step {Step}: norm {NormTest}, inner product {InnerProductTest}, orthogonality {OrthogonalityTest}";

    /// <inheritdoc/>
    public override long? Position => Step;
}
