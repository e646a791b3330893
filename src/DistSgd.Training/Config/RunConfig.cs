using DistSgd.Learning.Models;

namespace DistSgd.Training.Config;

/// <summary>Everything a run is told: the whole of a config file, with every default filled in.</summary>
/// <remarks>
/// Each key is declared once, on its property, by <see cref="ConfigKeyAttribute"/> and an initializer that is its default.
/// Reading, validation, JSON schema, resolved output and digest follow from the declarations.
/// </remarks>
public sealed record RunConfig
{
    /// <summary>Name of the run; begins the name of its directory.</summary>
    [ConfigKey("name", "Name of the run; begins the name of its directory.",
        Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        PatternHint = "1 to 64 letters, digits, '.', '_' or '-', the first a letter or a digit",
        Numeric = false)]
    public string Name { get; init; } = "run";

    /// <summary>Seed of every random stream of the run.</summary>
    [ConfigKey("seed", "Seed of everything random: data, shuffles, initial weights, noise.", Min = 0)]
    public long Seed { get; init; } = 42;

    /// <summary>The examples and how they are dealt to shards.</summary>
    [ConfigKey("data", "The examples and how they are dealt to shards.")]
    public DataConfig Data { get; init; } = new();

    /// <summary>The multilayer perceptron.</summary>
    [ConfigKey("model", "The multilayer perceptron.")]
    public ModelConfig Model { get; init; } = new();

    /// <summary>Loss that a step minimises.</summary>
    [ConfigKey("loss", "Loss that a step minimises.")]
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>Update rule of the parameters.</summary>
    [ConfigKey("optimizer", "Update rule of the parameters.")]
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Shape of the learning rate over the run.</summary>
    [ConfigKey("schedule", "Shape of the learning rate over the run.")]
    public ScheduleConfig Schedule { get; init; } = new();

    /// <summary>Gradient clipping, or null for none.</summary>
    [ConfigKey("clip", "Gradient clipping, by norm or by value; null for none.")]
    public ClipConfig? Clip { get; init; }

    /// <summary>Length of the run, batch, evaluation, checkpoints.</summary>
    [ConfigKey("training", "Length of the run, batch, evaluation, checkpoints.")]
    public TrainingConfig Training { get; init; } = new();

    /// <summary>Workers and how they keep together.</summary>
    [ConfigKey("cluster", "Workers and how they keep together.")]
    public ClusterConfig Cluster { get; init; } = new();

    /// <summary>What the monitor watches and what it may do.</summary>
    [ConfigKey("monitor", "What the monitor watches and what it may do.")]
    public MonitorConfig Monitor { get; init; } = new();

    /// <summary>What is logged and shown.</summary>
    [ConfigKey("log", "What is logged and shown.", Numeric = false)]
    public LogConfig Log { get; init; } = new();
}
