using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Training.Config;

namespace DistSgd.Training;

/// <summary>Turns a config and a data set into the task that every node of a run computes.</summary>
public static class TrainingTaskFactory
{
    /// <summary>Creates the task.</summary>
    /// <param name="config">A valid config.</param>
    /// <param name="dataset">The data set that it names.</param>
    /// <returns>The task.</returns>
    /// <exception cref="InputException">Config and data do not fit together.</exception>
    public static TrainingTask Create(RunConfig config, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(dataset);
        ulong seed = (ulong)config.Seed;
        int validation = config.Data.ValidationCount(dataset.Train.Count);
        DataSplit split = DataSplit.Create(
            dataset.Train.Count, validation, config.Data.Shards, seed, config.Data.Sharding, dataset.Train.Labels);
        int[] trainingIndices = [.. split.Shards.SelectMany(shard => shard).Order()];
        var data = new TrainingData(dataset, split, FeatureScaler.Fit(config.Data.Scaling, dataset.Train, trainingIndices), seed);
        int batch = config.Training.BatchSize ?? split.TrainingCount;
        if (batch > split.TrainingCount)
        {
            throw InputException.OfKey(
                "training.batch_size",
                $"{batch} is more than the {split.TrainingCount} training examples; expected 1 to {split.TrainingCount}, or the word all");
        }

        BatchPlan batches = data.PlanBatches(batch, config.Training.BatchGrowth?.ToGrowth());
        long totalSteps = config.Training.Steps ?? batches.FirstStepOf(config.Training.Epochs ?? 0);
        return new TrainingTask
        {
            Data = data,
            Architecture = Architecture(config, dataset),
            Initialization = config.Model.Initialization,
            Seed = seed,
            Batches = batches,
            TotalSteps = totalSteps,
            Encoding = config.Cluster.Encoding,
            Optimizer = OptimizerSettings(config, seed),
            LearningRate = ScheduleFactory.Build(new ScheduleSettings(
                config.Schedule.Kind,
                config.Optimizer.LearningRate,
                config.Schedule.MinLearningRate,
                batches.ScheduleStepOf(totalSteps),
                batches.FirstStepsPerEpoch,
                config.Schedule.WarmupSteps,
                config.Schedule.Drop,
                config.Schedule.EveryEpochs,
                config.Schedule.DecayRate)),
            Momentum = ScheduleFactory.BuildMomentum(
                config.Optimizer.Momentum, config.Optimizer.MomentumSchedule?.Initial, config.Optimizer.MomentumSchedule?.Steps ?? 0),
        };
    }

    private static MlpArchitecture Architecture(RunConfig config, Dataset dataset)
    {
        if (dataset.Classes == 0 && config.Loss != LossKind.Mse)
        {
            throw InputException.OfKey("loss", $"the data set {dataset.Name} has real targets, which need the loss mse");
        }

        if (dataset.Classes == 1)
        {
            throw InputException.OfKey("data", $"all training examples of {dataset.Name} are of one class; expected at least two classes");
        }

        int outputs = MlpArchitecture.OutputsFor(config.Loss, dataset.Classes, dataset.Train.TargetWidth);
        var architecture = new MlpArchitecture(
            dataset.Train.Width, [.. config.Model.Hidden], outputs, config.Model.Activation, config.Loss, dataset.Classes);
        try
        {
            _ = architecture.CreateLayout();
            return architecture;
        }
        catch (OverflowException)
        {
            throw InputException.OfKey(
                "model.hidden",
                $"{config.Model.Hidden} between {dataset.Train.Width} features and {outputs} outputs makes more parameters "
                + $"than one vector can hold, {int.MaxValue}; expected fewer or narrower layers");
        }
    }

    private static OptimizerSettings OptimizerSettings(RunConfig config, ulong seed) => new()
    {
        Kind = config.Optimizer.Kind,

        // Adam's own momentum is beta1; the config warns that the other has no effect there.
        UseMomentum = (config.Optimizer.Momentum > 0 || MayTake(config, AlertAction.AddMomentum)) && !IsAdam(config),
        Nesterov = config.Optimizer.Nesterov,
        WeightDecay = config.Optimizer.WeightDecay,
        Beta1 = config.Optimizer.Beta1,
        Beta2 = config.Optimizer.Beta2,
        Epsilon = config.Optimizer.Epsilon,
        Smoothing = config.Optimizer.Smoothing,
        ClipValue = config.Clip?.Value,

        // A limit that nothing reaches, until the action lowers it.
        ClipNorm = config.Clip?.Norm ?? (MayTake(config, AlertAction.Clip) ? double.PositiveInfinity : null),
        GradientNoise = config.Optimizer.GradientNoise,
        Seed = seed,
    };

    private static bool IsAdam(RunConfig config) => config.Optimizer.Kind is OptimizerKind.Adam or OptimizerKind.Adamw;

    private static bool MayTake(RunConfig config, AlertAction action) => config.Monitor.Actions.ByRule.Values.Contains(action);
}
