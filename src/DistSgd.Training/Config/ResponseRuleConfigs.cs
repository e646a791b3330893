namespace DistSgd.Training.Config;

/// <summary>Weights that stay the same.</summary>
public sealed record UnchangedParametersRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Change of a layer's weights, as a share of them, that counts as none.</summary>
    [ConfigKey("ratio", "Change of a layer's weights in a step, as a share of them, that counts as none.", Min = 0)]
    public double Ratio { get; init; } = 1e-5;

    /// <summary>Windows in a row without a change.</summary>
    [ConfigKey("windows", "Windows in a row without a change.", Min = 1)]
    public int Windows { get; init; } = 3;
}

/// <summary>A network that starts badly.</summary>
public sealed record PoorInitializationRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Ratio of the layers' variances of pre-activations above which the rule fires.</summary>
    [ConfigKey("variance_ratio", "Largest over smallest variance of the layers' pre-activations above which the rule fires.", Min = 1)]
    public double VarianceRatio { get; init; } = 10;

    /// <summary>First loss, as a multiple of that of guessing, above which the rule fires.</summary>
    [ConfigKey("loss_factor", "First loss of a classifier, as a multiple of that of guessing, above which the rule fires.", Min = 1)]
    public double LossFactor { get; init; } = 2;
}

/// <summary>Layers whose units do not respond as they should.</summary>
public sealed record ActivationRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Share of a layer's units above which the rule fires.</summary>
    [ConfigKey("share", "Share of a layer's units above which the rule fires.", Min = 0, Max = 1)]
    public double Share { get; init; } = 0.5;
}

/// <summary>What curvature says of a plateau.</summary>
public sealed record PlateauDiagnosisRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;
}

/// <summary>A shard whose gradients are much larger than those of the others.</summary>
public sealed record OutlierShardRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Multiple of the other shards' median gradient norm above which the rule fires.</summary>
    [ConfigKey("factor", "Multiple of the other shards' median gradient norm above which the rule fires.", Min = 1)]
    public double Factor { get; init; } = 3;

    /// <summary>Windows in a row in which the same shard stands out.</summary>
    [ConfigKey("windows", "Windows in a row in which the same shard stands out.", Min = 1)]
    public int Windows { get; init; } = 5;

    /// <summary>Steps that they cover at least.</summary>
    [ConfigKey("steps", "Steps that they cover at least.", Min = 1)]
    public int Steps { get; init; } = 50;
}
