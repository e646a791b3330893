namespace DistSgd.Training.Config;

/// <summary>What the monitor watches and what it may do.</summary>
public sealed record MonitorConfig
{
    /// <summary>What happens to a slice whose gradient is not finite.</summary>
    [ConfigKey("on_nonfinite", "What happens to a slice whose gradient is NaN or infinite.")]
    public NonFinitePolicy OnNonFinite { get; init; } = NonFinitePolicy.SkipStep;

    /// <summary>Consecutive skipped steps after which the run stops.</summary>
    [ConfigKey("max_skipped_steps", "Consecutive skipped steps, or rollbacks to the same parameters, after which the run stops.", Min = 1)]
    public int MaxSkippedSteps { get; init; } = 20;

    /// <summary>Training examples between two measurements of the activations; 0 for none.</summary>
    [ConfigKey("activations_every", "Training examples between two measurements of the activations, which cost a forward pass over 256; 0: never.", Min = 0, Numeric = false)]
    public long ActivationsEvery { get; init; } = 25_600;

    /// <summary>Training examples between two tests of the gradients of single examples; 0 for none.</summary>
    [ConfigKey("gradient_tests_every", "Training examples between two tests of gradients by those of single examples, which cost one to two steps; 0: never.", Min = 0, Numeric = false)]
    public long GradientTestsEvery { get; init; }

    /// <summary>Smoothing of the noise scale.</summary>
    [ConfigKey("noise_decay", "Smoothing of the gradient noise scale: what the weight of a step is multiplied by with each later one.", Min = 0, Max = 1, ExclusiveMax = true, Numeric = false)]
    public double NoiseDecay { get; init; } = 0.99;

    /// <summary>Whether the workers measure the curvature of a plateau.</summary>
    [ConfigKey("diagnose_plateau", "Whether the workers measure the curvature where the loss stands still, to tell saddle from minimum; the run waits for them.", Numeric = false)]
    public bool DiagnosePlateau { get; init; }

    /// <summary>Slices that were not finite after which their worker gets no shards any more; 0 for never.</summary>
    [ConfigKey("quarantine_after", "Slices with NaN or infinity after which their worker gets no shards any more; 0: never.", Min = 0, Numeric = false)]
    public int QuarantineAfter { get; init; }

    /// <summary>What the server does about alerts.</summary>
    [ConfigKey("actions", "What the server does by itself about alerts; as shipped nothing.")]
    public MonitorActionsConfig Actions { get; init; } = new();

    /// <summary>Whether the server has anything to decide about alerts.</summary>
    public bool Decides => DiagnosePlateau || Actions.ByRule.Count > 0;

    /// <summary>The rules and their thresholds.</summary>
    [ConfigKey("rules", "The rules and their thresholds.", Numeric = false)]
    public MonitorRulesConfig Rules { get; init; } = new();
}

/// <summary>What happens to a slice whose gradient is not finite.</summary>
public enum NonFinitePolicy
{
    /// <summary>The step goes on without the slice.</summary>
    SkipSlice,

    /// <summary>The step changes no parameter.</summary>
    SkipStep,

    /// <summary>The run returns to its last checkpoint.</summary>
    Rollback,

    /// <summary>The run stops.</summary>
    Stop,
}
