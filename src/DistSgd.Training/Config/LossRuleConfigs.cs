namespace DistSgd.Training.Config;

/// <summary>Layers whose weights are all zero.</summary>
public sealed record ZeroWeightsRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;
}

/// <summary>Updates too large or too small beside the weights.</summary>
public sealed record UpdateRatioRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Ratio of an update to the weights below which the rule fires.</summary>
    [ConfigKey("smallest", "Ratio of an update to the weights below which the rule fires.", Min = 0)]
    public double Smallest { get; init; } = 1e-8;

    /// <summary>Ratio of an update to the weights above which the rule fires.</summary>
    [ConfigKey("largest", "Ratio of an update to the weights above which the rule fires.", Min = 0, ExclusiveMin = true)]
    public double Largest { get; init; } = 10;
}

/// <summary>A loss that jumps.</summary>
public sealed record LossSpikeRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Deviations above its median from which on a loss is a spike.</summary>
    [ConfigKey("score", "Deviations above its median from which on a loss is a spike.", Min = 0, ExclusiveMin = true)]
    public double Score { get; init; } = 8;

    /// <summary>Rise above the median that counts, as a share of the first loss.</summary>
    [ConfigKey("rise", "Rise above the median that counts, as a share of the first loss.", Min = 0)]
    public double Rise { get; init; } = 0.1;

    /// <summary>Windows that the median is taken over.</summary>
    [ConfigKey("windows", "Windows that the median is taken over.", Min = 3, Max = 10000)]
    public int Windows { get; init; } = 20;

    /// <summary>Examples over which losses are averaged before they are judged.</summary>
    [ConfigKey("min_examples", "Examples over which losses are averaged before they are judged.", Min = 1)]
    public int MinExamples { get; init; } = 512;
}

/// <summary>A loss that swings without falling.</summary>
public sealed record LossOscillationRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Mean change of the loss from window to window, as a share of it, above which it swings.</summary>
    [ConfigKey("swing", "Mean change of the loss from window to window, as a share of it, above which it swings.", Min = 0, ExclusiveMin = true)]
    public double Swing { get; init; } = 0.3;

    /// <summary>Windows that are looked at.</summary>
    [ConfigKey("windows", "Windows that are looked at.", Min = 4, Max = 10000)]
    public int Windows { get; init; } = 20;

    /// <summary>Examples over which losses are averaged before they are judged.</summary>
    [ConfigKey("min_examples", "Examples over which losses are averaged before they are judged.", Min = 1)]
    public int MinExamples { get; init; } = 512;
}

/// <summary>A loss that stands still.</summary>
public sealed record LossPlateauRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Steps of a period.</summary>
    [ConfigKey("window", "Steps of a period.", Min = 1)]
    public int Window { get; init; } = 500;

    /// <summary>Fall of the mean loss in a period that is progress, as a share of it.</summary>
    [ConfigKey("min_improvement", "Fall of the mean loss in a period that is progress, as a share of it.", Min = 0, Max = 1)]
    public double MinImprovement { get; init; } = 0.01;

    /// <summary>Periods without progress in a row.</summary>
    [ConfigKey("patience", "Periods without progress in a row.", Min = 1)]
    public int Patience { get; init; } = 2;

    /// <summary>Examples over which losses are averaged before they are judged.</summary>
    [ConfigKey("min_examples", "Examples over which losses are averaged before they are judged.", Min = 1)]
    public int MinExamples { get; init; } = 512;
}

/// <summary>A loss that falls very slowly.</summary>
public sealed record SlowProgressRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Steps of a period.</summary>
    [ConfigKey("window", "Steps of a period.", Min = 1)]
    public int Window { get; init; } = 500;

    /// <summary>Fall of the mean loss in a period that is not slow, as a share of it.</summary>
    [ConfigKey("min_improvement", "Fall of the mean loss in a period that is not slow, as a share of it.", Min = 0, Max = 1)]
    public double MinImprovement { get; init; } = 0.1;

    /// <summary>Share of the first loss above which much is left to learn.</summary>
    [ConfigKey("loss_share", "Share of the first loss above which much is left to learn.", Min = 0, Max = 1)]
    public double LossShare { get; init; } = 0.5;

    /// <summary>Slow periods in a row.</summary>
    [ConfigKey("patience", "Slow periods in a row.", Min = 1)]
    public int Patience { get; init; } = 2;

    /// <summary>Examples over which losses are averaged before they are judged.</summary>
    [ConfigKey("min_examples", "Examples over which losses are averaged before they are judged.", Min = 1)]
    public int MinExamples { get; init; } = 512;
}
