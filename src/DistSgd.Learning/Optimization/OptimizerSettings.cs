using DistSgd.Learning.Optimization.Transforms;

namespace DistSgd.Learning.Optimization;

/// <summary>Everything that decides the chain of gradient transforms.</summary>
/// <remarks>What changes from step to step is in <see cref="UpdateContext"/>.</remarks>
public sealed record OptimizerSettings
{
    /// <summary>The update rule.</summary>
    public required OptimizerKind Kind { get; init; }

    /// <summary>Whether a velocity is kept; its β comes with every step. Adam and AdamW have their own, β₁.</summary>
    public bool UseMomentum { get; init; }

    /// <summary>Whether the momentum is Nesterov's.</summary>
    public bool Nesterov { get; init; }

    /// <summary>λ, at least 0: decoupled for AdamW, added to the gradient for all others.</summary>
    public double WeightDecay { get; init; }

    /// <summary>β₁ of Adam and AdamW, in [0, 1).</summary>
    public double Beta1 { get; init; } = ScaleByAdam.DefaultBeta1;

    /// <summary>β₂ of Adam and AdamW, in [0, 1).</summary>
    public double Beta2 { get; init; } = ScaleByAdam.DefaultBeta2;

    /// <summary>ε of the adaptive rules, above 0; null for the default of the kind.</summary>
    public double? Epsilon { get; init; }

    /// <summary>α of RMSProp, in [0, 1).</summary>
    public double Smoothing { get; init; } = ScaleByRmsprop.DefaultSmoothing;

    /// <summary>Largest magnitude of a gradient's element, above 0; null for no limit.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Largest norm of the gradient, above 0; null for no limit. Not together with <see cref="ClipValue"/>.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Standard deviation of the noise added to each element of the mean gradient, at least 0.</summary>
    public double GradientNoise { get; init; }

    /// <summary>Seed of the run, for the gradient noise.</summary>
    public ulong Seed { get; init; }
}
