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
