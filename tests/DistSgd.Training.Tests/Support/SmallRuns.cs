using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Training.Config;

namespace DistSgd.Training.Tests.Support;

/// <summary>Runs that take milliseconds.</summary>
internal static class SmallRuns
{
    public static RunConfig Config(Func<RunConfig, RunConfig>? change = null)
    {
        var config = new RunConfig
        {
            Name = "small",
            Seed = 7,
            Data = new DataConfig { Source = DataSource.Blobs, Shards = 4, Validation = 30, Examples = 200, TestExamples = 40, Classes = 3, Features = 5, Noise = 0.5 },
            Model = new ModelConfig { Hidden = LayerWidths.Create([9, 6]) },
            Optimizer = new OptimizerConfig { LearningRate = 0.1, Momentum = 0.9 },
            Training = new TrainingConfig { BatchSize = 16, Epochs = null, Steps = 25, EarlyStopping = null, CheckpointEvery = 0 },
            Cluster = new ClusterConfig { Workers = 2 },
        };
        return change is null ? config : change(config);
    }

    public static Dataset Data(RunConfig config) => SyntheticData.Blobs(
        (ulong)config.Seed, config.Data.Classes, config.Data.Features, config.Data.Examples, config.Data.TestExamples, config.Data.Noise);

    public static TrainingTask Task(RunConfig config) => TrainingTaskFactory.Create(config, Data(config));

    /// <summary>A task whose given training example has a feature that is not a number.</summary>
    public static TrainingTask PoisonedTask(RunConfig config, params int[] examples)
    {
        // Poisoned after the scaling was fitted, as a worker with bad memory would see it.
        TrainingTask task = Task(config);
        Examples train = task.Data.Dataset.Train;
        foreach (int example in examples)
        {
            train.Floats![example * train.Width] = float.NaN;
        }

        return task;
    }
}
