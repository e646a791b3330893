using DistSgd.Learning.Data;
using DistSgd.Learning.Optimization;
using DistSgd.Training.Config.Declarations;
using static DistSgd.Training.Config.Declarations.RealNumberKind;

namespace DistSgd.Training.Config.Reading;

/// <summary>What the declaration of a single key cannot say: which keys need each other, and where usual values end.</summary>
internal static class ConfigRules
{
    private const double UsualRateMin = 1e-5;
    private const double UsualRateMax = 0.1;
    private const int UsualBatchMin = 8;
    private const int UsualBatchMax = 2048;
    private const double UsualMomentumMin = 0.5;
    private const double UsualMomentumMax = 0.99;
    private const double UsualDecayMin = 1e-5;
    private const double UsualDecayMax = 0.1;

    /// <summary>Combinations that no run can follow.</summary>
    public static readonly IReadOnlyList<ConfigRule> Errors =
    [
        new("data.path", "data.source", c => ReadsFiles(c) && c.Data.Path is null
            ? $"missing; the source {Source(c)} needs the path of its training data" : null),
        new("data.labels_path", "data.source", c => c.Data.Source == DataSource.Idx && c.Data.LabelsPath is null
            ? "missing; the source idx needs the path of its training labels" : null),
        new("data.test_labels_path", "data.test_path", c => c.Data is { Source: DataSource.Idx, TestPath: not null, TestLabelsPath: null }
            ? "missing; test_path needs the labels of its images" : null),
        new("data.test_path", "data.test_labels_path", c => c.Data is { Source: DataSource.Idx, TestPath: null, TestLabelsPath: not null }
            ? "missing; test_labels_path needs the images of its labels" : null),
        new("data.examples", "data.features", c => TooMany(c, c.Data.Examples)),
        new("data.test_examples", "data.features", c => TooMany(c, c.Data.TestExamples)),
        new("model.hidden", c => ParametersBetween(c.Model.Hidden) is > int.MaxValue and long parameters
            ? $"found {c.Model.Hidden}; its {parameters} weights are more than one vector can hold, {int.MaxValue}" : null),
        new("optimizer.nesterov", "optimizer.momentum", c => c.Optimizer is { Nesterov: true, Momentum: 0 } && !IsAdam(c)
            ? "found true; needs optimizer.momentum above 0" : null),
        new("optimizer.nesterov", "optimizer.kind", c => c.Optimizer.Nesterov && IsAdam(c)
            ? "found true; adam and adamw have no such momentum, their own is beta1" : null),
        new("optimizer.momentum_schedule", "optimizer.momentum", c => c.Optimizer is { MomentumSchedule: not null, Momentum: 0 }
            ? "needs optimizer.momentum above 0, which is where it leads" : null),
        new("schedule.min_learning_rate", "optimizer.learning_rate", c => c.Schedule.MinLearningRate > c.Optimizer.LearningRate
            ? $"found {Text(c.Schedule.MinLearningRate)}; expected at most optimizer.learning_rate" : null),
        new("training.batch_growth", "training.batch_size", c => c.Training is { BatchGrowth: not null, BatchSize: null }
            ? "not together with training.batch_size: all, which cannot grow; expected a number of examples there, or null here" : null),
        new("training.batch_growth.max", "training.batch_size", c => c.Training.BatchGrowth?.Max < c.Training.BatchSize
            ? $"found {c.Training.BatchGrowth?.Max}; expected at least training.batch_size, {c.Training.BatchSize}, or null" : null),
        new("cluster.backup", "data.shards", c => c.Cluster.Mode == ConsistencyMode.Backup && c.Cluster.Backup >= c.Data.Shards
            ? $"found {c.Cluster.Backup}; a step of {c.Data.Shards} slices needs at least one of them" : null),
        new("monitor.actions", "optimizer.kind", c => Takes(c, AlertAction.AddMomentum) && IsAdam(c)
            ? "found add_momentum; adam and adamw have no such momentum, their own is beta1" : null),
        new("monitor.actions", "clip.value", c => Takes(c, AlertAction.Clip) && c.Clip?.Value is not null
            ? "found clip, which is by norm; not together with clip.value" : null),
    ];

    /// <summary>Values that a run can follow but that are probably not meant; usual ranges are those of the first tutorial.</summary>
    public static readonly IReadOnlyList<ConfigRule> Warnings =
    [
        new("data.path", "data.source", c => !ReadsFiles(c) && c.Data.Path is not null
            ? $"not used by the source {Source(c)}" : null),
        new("optimizer.learning_rate", c => Outside(c.Optimizer.LearningRate, UsualRateMin, UsualRateMax)),
        new("optimizer.momentum", c => c.Optimizer.Momentum == 0
            ? null : Outside(c.Optimizer.Momentum, UsualMomentumMin, UsualMomentumMax)),
        new("optimizer.momentum", "optimizer.kind", c => IsAdam(c) && c.Optimizer.Momentum > 0
            ? "not used by adam and adamw, whose momentum is beta1" : null),
        new("optimizer.weight_decay", c => c.Optimizer.WeightDecay == 0
            ? null : Outside(c.Optimizer.WeightDecay, UsualDecayMin, UsualDecayMax)),
        new("schedule.warmup_steps", "training.steps", c => c.Training.BatchGrowth is null && c.Training.Steps <= c.Schedule.WarmupSteps
            ? $"the run ends after {c.Training.Steps} steps, inside its warm-up" : null),
        new("training.early_stopping", "data.validation", c => c is { Training.EarlyStopping: not null, Data.Validation: 0 }
            ? "never stops the run, because data.validation is 0" : null),
        new("clip", "optimizer.learning_rate", c => c.Clip is null && c.Optimizer.LearningRate > UsualRateMax
            ? $"no clipping at a learning rate above {Text(UsualRateMax)}; gradients may explode" : null),
        new("training.batch_size", c => c.Training.BatchSize is { } size ? Outside(size, UsualBatchMin, UsualBatchMax) : null),
    ];

    /// <summary>Whether generated features would not fit into one array; spirals have two, whatever the config says.</summary>
    private static string? TooMany(RunConfig config, int examples) =>
        config.Data.Source is DataSource.Blobs or DataSource.Teacher && examples > Array.MaxLength / config.Data.Features
            ? $"found {examples}; with {config.Data.Features} features each, at most {Array.MaxLength / config.Data.Features} can be held"
            : null;

    /// <summary>Weights between the hidden layers, which are known without the data.</summary>
    private static long ParametersBetween(IEnumerable<int> widths) =>
        widths.Zip(widths.Skip(1), (inputs, outputs) => (long)inputs * outputs).Sum();

    private static bool Takes(RunConfig config, AlertAction action) => config.Monitor.Actions.ByRule.Values.Contains(action);

    private static bool IsAdam(RunConfig config) => config.Optimizer.Kind is OptimizerKind.Adam or OptimizerKind.Adamw;

    private static bool ReadsFiles(RunConfig config) => config.Data.Source is DataSource.Idx or DataSource.Csv;

    private static string Source(RunConfig config) => WordKind.Word(config.Data.Source);

    private static string? Outside(double value, double min, double max) =>
        value < min || value > max ? $"{Text(value)} is outside the usual range, {Text(min)} to {Text(max)}" : null;
}
