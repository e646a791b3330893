namespace DistSgd.Training.Config;

/// <summary>A validation loss that rises while the training loss falls.</summary>
public sealed record OverfittingRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Excess of the validation loss over the training loss, as a share of it, above which the rule fires.</summary>
    [ConfigKey("gap", "Excess of the validation loss over the training loss, as a share of it, above which the rule fires.", Min = 0)]
    public double Gap { get; init; } = 0.1;

    /// <summary>Rise of the validation loss above its best, as a share of it, above which the rule fires.</summary>
    [ConfigKey("rise", "Rise of the validation loss above its best, as a share of it, above which the rule fires.", Min = 0)]
    public double Rise { get; init; } = 0.1;
}

/// <summary>Training that improves neither loss any more.</summary>
public sealed record OvertrainingRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Evaluations without a better training loss.</summary>
    [ConfigKey("training_patience", "Evaluations without a better training loss.", Min = 1)]
    public int TrainingPatience { get; init; } = 5;

    /// <summary>Evaluations without a better validation loss.</summary>
    [ConfigKey("validation_patience", "Evaluations without a better validation loss.", Min = 1)]
    public int ValidationPatience { get; init; } = 10;

    /// <summary>Improvement that counts, as a share of the loss.</summary>
    [ConfigKey("min_improvement", "Improvement that counts, as a share of the loss.", Min = 0, Max = 1)]
    public double MinImprovement { get; init; } = 0.1;
}

/// <summary>Gradients that are many steps old.</summary>
public sealed record StaleGradientsRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Mean age of gradients, in steps, above which the rule fires.</summary>
    [ConfigKey("steps", "Mean age of gradients, in steps, above which the rule fires.", Min = 0)]
    public double Steps { get; init; } = 3;

    /// <summary>Steps that the mean is taken over.</summary>
    [ConfigKey("window", "Steps that the mean is taken over.", Min = 1)]
    public int Window { get; init; } = 100;
}

/// <summary>A run in which nothing happens.</summary>
public sealed record StalledRunRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Seconds without an event after which the rule fires.</summary>
    [ConfigKey("seconds", "Seconds without an event after which the rule fires.", Min = 0, ExclusiveMin = true)]
    public double Seconds { get; init; } = 60;
}

/// <summary>A worker that is much slower than the others.</summary>
public sealed record StragglerRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Multiple of the others' median time of an answer above which the rule fires.</summary>
    [ConfigKey("factor", "Multiple of the others' median time of an answer above which the rule fires.", Min = 1)]
    public double Factor { get; init; } = 3;

    /// <summary>Steps that the means are taken over.</summary>
    [ConfigKey("window", "Steps that the means are taken over.", Min = 1)]
    public int Window { get; init; } = 100;
}
