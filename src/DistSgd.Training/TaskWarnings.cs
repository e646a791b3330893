using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Monitoring.Rules;
using DistSgd.Training.Config;

namespace DistSgd.Training;

/// <summary>Values of a config that are probably not meant, where only the size of the data or the rules of the monitor show it.</summary>
public static class TaskWarnings
{
    /// <summary>Compares a config with the task that came of it.</summary>
    /// <param name="loaded">The config.</param>
    /// <param name="task">The task.</param>
    /// <returns>A line each, with their place; those that the config alone shows are in <see cref="LoadedConfig.Warnings"/>.</returns>
    public static IEnumerable<string> Of(LoadedConfig loaded, TrainingTask task)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(task);
        RunConfig config = loaded.Config;
        bool dependsOnData = config.Training.Steps is null || config.Training.BatchGrowth is not null;
        if (dependsOnData && task.Batches.ScheduleStepOf(task.TotalSteps) <= config.Schedule.WarmupSteps)
        {
            yield return loaded.Describe("schedule.warmup_steps", $"the run ends after {task.TotalSteps} steps, inside its warm-up");
        }

        if (config is { Training.EarlyStopping: not null, Data.Validation: null } && task.Data.Count(DataPart.Validation) == 0)
        {
            yield return loaded.Describe("training.early_stopping", "never stops the run, because the data are too few for a validation part");
        }

        bool estimatesNoise = config.Cluster.Mode is ConsistencyMode.Sync or ConsistencyMode.Backup && config.Data.Shards > 1;
        if (config.Data.Sharding == ShardingKind.ByLabel && estimatesNoise)
        {
            yield return loaded.Describe("data.sharding", "by_label: the gradient noise scale then counts differences between shards as noise");
        }

        string[] watching = [.. RuleSet.Create(MonitorRules.From(config.Monitor.Rules)).Rules.Select(rule => rule.Name)];
        foreach (string rule in config.Monitor.Actions.ByRule.Keys.Except(watching))
        {
            yield return loaded.Describe($"monitor.actions.{rule}", $"never taken, because monitor.rules.{rule} is off");
        }
    }
}
