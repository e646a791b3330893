namespace DistSgd.Monitoring.Rules;

/// <summary>Which rules watch a run, and with which thresholds; a rule whose thresholds are null is off.</summary>
public sealed record RuleSettings
{
    /// <summary>Whether <see cref="NonFiniteRule"/> is on.</summary>
    public bool NonFinite { get; init; } = true;

    /// <summary>Thresholds of <see cref="ExplodingGradientRule"/>.</summary>
    public ExplodingGradientThresholds? ExplodingGradient { get; init; } = new();

    /// <summary>Thresholds of <see cref="VanishingGradientRule"/>.</summary>
    public VanishingGradientThresholds? VanishingGradient { get; init; } = new();
}

/// <summary>Thresholds of <see cref="ExplodingGradientRule"/>.</summary>
/// <param name="Norm">Largest healthy mean norm of the gradient.</param>
/// <param name="Growth">Largest healthy ratio of the mean norm to its running median.</param>
/// <param name="Window">Steps that the running median looks back.</param>
/// <param name="MinExamples">Means are taken over at least so many examples, because single-example gradients vary too much.</param>
/// <param name="LayerRatio">
/// Largest healthy ratio of the first layer's to the last layer's mean weight-gradient norm while accuracy is poor or stagnant.
/// </param>
public sealed record ExplodingGradientThresholds(
    double Norm = 100,
    double Growth = 10,
    int Window = 100,
    int MinExamples = 512,
    double LayerRatio = 70);

/// <summary>Thresholds of <see cref="VanishingGradientRule"/>.</summary>
/// <param name="Norm">Smallest healthy mean norm of the gradient.</param>
/// <param name="LayerMean">Smallest healthy mean |g| of a layer.</param>
/// <param name="Ratio">
/// Smallest healthy ratio of the first layer's to the last layer's mean weight-gradient norm while accuracy is poor or stagnant and
/// the first layer's norm is below <paramref name="FirstLayerNorm"/>.
/// </param>
/// <param name="FirstLayerNorm">See <paramref name="Ratio"/>.</param>
/// <param name="MinExamples">Means are taken over at least so many examples.</param>
/// <param name="ProfileFactor">Largest healthy factor by which the weight-gradient norm shrinks from a layer to the one below it.</param>
/// <param name="ProfileLayers">Fewest layers that make a depth profile.</param>
public sealed record VanishingGradientThresholds(
    double Norm = 1e-7,
    double LayerMean = 1e-7,
    double Ratio = 1e-3,
    double FirstLayerNorm = 1e-4,
    int MinExamples = 512,
    double ProfileFactor = 3,
    int ProfileLayers = 4);
