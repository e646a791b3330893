using DistSgd.Training.Config;

namespace DistSgd.Studies.Trials.Settings;

/// <summary>What a study of many training runs is told: the run that every trial changes, what is changed, what is measured.</summary>
/// <remarks>
/// A <b>group</b> is one choice of a variant and of a value on each axis of the grid. Its learning rate is searched first; then trials with other seeds
/// repeat the best one. Every number that a choice rests on is taken from the validation part, none from the test set.
/// </remarks>
public sealed record StudyConfig
{
    /// <summary>Name of the study; begins the name of its folder.</summary>
    [ConfigKey("name", "Name of the study; begins the name of its folder.",
        Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        PatternHint = "1 to 64 letters, digits, '.', '_' or '-', the first a letter or a digit")]
    public string Name { get; init; } = "study";

    /// <summary>Config of the run that every trial changes.</summary>
    [ConfigKey("run", "Config of the run that every trial changes; relative to this file.", IsPath = true)]
    public string? Run { get; init; }

    /// <summary>Keys of the run that are set in every trial.</summary>
    [ConfigKey("set", "Keys of the run, dotted, that are set in every trial.", Kind = typeof(KeySettingsKind))]
    public KeySettings Set { get; init; } = KeySettings.None;

    /// <summary>Keys of the run and the values that each takes; every combination is a group.</summary>
    [ConfigKey("grid", "Keys of the run, dotted, with the values that each takes; every combination is a group.", Kind = typeof(GridKind))]
    public Grid Grid { get; init; } = Grid.Empty;

    /// <summary>Named settings that go together, each crossed with the grid.</summary>
    [ConfigKey("variants", "Named settings that go together, each crossed with the grid; one may have learning_rates of its own.", Kind = typeof(VariantsKind))]
    public Variants Variants { get; init; } = Variants.None;

    /// <summary>Learning rates that are tried in each group; empty for the run's own.</summary>
    [ConfigKey("learning_rates", "Learning rates that are tried in each group, ascending; [] for the run's own.", Kind = typeof(RatesKind))]
    public NumberList LearningRates { get; init; } = NumberList.Empty;

    /// <summary>Seeds with which each learning rate is tried in the search.</summary>
    [ConfigKey("search_seeds", "Seeds with which each learning rate is tried in the search; the median counts.", Min = 1, Max = 1000)]
    public int SearchSeeds { get; init; } = 1;

    /// <summary>How many rates the search may add beyond the list while the best one is at its end.</summary>
    [ConfigKey("search_beyond", "Rates that the search may add beyond the list, a factor further each, while the best one is at its end.", Min = 0, Max = 20)]
    public int SearchBeyond { get; init; } = 2;

    /// <summary>Number of seeds with which the best rate of a group is run.</summary>
    [ConfigKey("seeds", "Seeds with which the best learning rate of each group is run, from the run's own seed on.", Min = 1, Max = 10_000)]
    public int Seeds { get; init; } = 3;

    /// <summary>What a trial has to reach; null for none.</summary>
    [ConfigKey("target", "What a trial has to reach on the validation part; null for none.")]
    public TargetConfig? Target { get; init; } = new();

    /// <summary>How long a trial may last.</summary>
    [ConfigKey("budget", "How long a trial may last; it ends with what is reached first.")]
    public BudgetConfig Budget { get; init; } = new();

    /// <summary>Training examples on which the sharpness of the end points is measured; 0 for not at all.</summary>
    [ConfigKey("sharpness_examples", "Training examples on which the curvature of the end points is measured; 0: not at all.", Min = 0, Max = 100_000_000)]
    public int SharpnessExamples { get; init; }

    /// <summary>Whether the trials run in the simulator's virtual time, with the workers that the run says.</summary>
    [ConfigKey("simulated", "Whether trials run in the simulator's virtual time with cluster.workers workers; else in one thread each.")]
    public bool IsSimulated { get; init; }

    /// <summary>Simulated trials: how many times as long as the others the last worker takes.</summary>
    [ConfigKey("slowest_worker", "Simulated trials: how many times as long as the others the last worker takes for a gradient.", Min = 1, Max = 1000)]
    public double SlowestWorker { get; init; } = 1;
}

/// <summary>What a trial has to reach on the validation part.</summary>
public sealed record TargetConfig
{
    /// <summary>Accuracy to reach; null where <see cref="Loss"/> is set.</summary>
    [ConfigKey("accuracy", "Validation accuracy to reach.", Min = 0, ExclusiveMin = true, Max = 1, InsteadOf = "loss")]
    public double? Accuracy { get; init; } = 0.95;

    /// <summary>Loss to reach; null where <see cref="Accuracy"/> is set.</summary>
    [ConfigKey("loss", "Validation loss to reach.", Min = 0, ExclusiveMin = true, InsteadOf = "accuracy")]
    public double? Loss { get; init; }

    /// <summary>Training examples from one look at the target to the next.</summary>
    [ConfigKey("every", "Training examples from one look at the target to the next, a step at least.", Min = 1, Max = 1e12)]
    public long Every { get; init; } = 2_000;

    /// <summary>Whether a reported trial ends there; one of a search always does.</summary>
    [ConfigKey("stop", "Whether a reported trial ends when it reaches the target; else it goes on to the end of its budget. Trials of a search always end there.")]
    public bool Stops { get; init; } = true;
}

/// <summary>How long a trial may last.</summary>
public sealed record BudgetConfig
{
    /// <summary>Epochs at most.</summary>
    [ConfigKey("epochs", "Epochs at most.", Min = 1, Max = 1_000_000)]
    public int Epochs { get; init; } = 20;

    /// <summary>Steps that a trial gets at least, if need be in further epochs.</summary>
    [ConfigKey("least_steps", "Steps that a trial gets at least, if need be in further epochs: a large batch has few steps in an epoch.", Min = 0, Max = 1e12)]
    public long LeastSteps { get; init; }

    /// <summary>Steps at most; null for no limit.</summary>
    [ConfigKey("steps", "Steps at most; null for as many as the epochs have.", Min = 1)]
    public long? Steps { get; init; }
}
