using System.Diagnostics.CodeAnalysis;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Hosting;

/// <summary>A run opened to look at, finished or still in training: its task, one of its checkpoints, and the others as its path.</summary>
public sealed record SavedRun
{
    /// <summary>The run directory.</summary>
    public required RunDirectory Directory { get; init; }

    /// <summary>The run's config.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>What the run trains.</summary>
    public required TrainingTask Task { get; init; }

    /// <summary>The checkpoint that is looked at.</summary>
    public required Checkpoint Checkpoint { get; init; }

    /// <summary>The parameters of all checkpoints that could be read, by ascending step.</summary>
    public required IReadOnlyList<VisitedPoint> Path { get; init; }

    /// <summary>Opens a run.</summary>
    /// <param name="directory">The run directory.</param>
    /// <param name="step">Step of the checkpoint to look at; null for the newest that is whole.</param>
    /// <param name="notice">Told what happens while the user waits, and of checkpoints that cannot be read.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InputException">It has no such checkpoint, or config, data and checkpoint do not belong together.</exception>
    public static SavedRun Open(RunDirectory directory, long? step, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(directory);
        LoadedConfig loaded = ConfigReader.Load(directory.ConfigPath);
        var store = new CheckpointStore(directory.CheckpointsPath, loaded.Config.Training.KeepCheckpoints, notice);
        RequireCheckpoint(CheckpointStore.Steps(directory.CheckpointsPath).Count > 0, directory);
        TrainingTask task = loaded.Use(config => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, notice)));
        ParameterLayout layout = task.Architecture.CreateLayout();
        Checkpoint? checkpoint = step is { } wanted ? store.Load(wanted, layout) : store.LoadNewest(layout);
        RequireCheckpoint(checkpoint is not null, directory);
        DatasetLoader.RequireUnchanged(
            task.Data.Dataset, checkpoint.State.DataSha256, $"the checkpoint of step {checkpoint.State.Step}");
        return new SavedRun
        {
            Directory = directory,
            Config = loaded.Config,
            Task = task,
            Checkpoint = checkpoint,
            Path = ReadPath(store, directory, layout, notice),
        };
    }

    // Asked before the data are loaded, and again: a folder can be emptied meanwhile.
    private static void RequireCheckpoint([DoesNotReturnIf(false)] bool isThere, RunDirectory directory)
    {
        if (!isThere)
        {
            throw new InputException(
                $"{directory.FullPath}: has no checkpoint yet; a run writes step-0 as it begins, and others every training.checkpoint_every steps.");
        }
    }

    // A run in training may delete an old checkpoint between the listing and the reading.
    private static List<VisitedPoint> ReadPath(CheckpointStore store, RunDirectory directory, ParameterLayout layout, Action<string> notice)
    {
        var path = new List<VisitedPoint>();
        foreach (long step in CheckpointStore.Steps(directory.CheckpointsPath))
        {
            try
            {
                path.Add(new VisitedPoint(step, store.Load(step, layout).Parameters));
            }
            catch (Exception e) when (e is InputException or IOException)
            {
                notice($"{e.Message} It is left out of the path.");
            }
        }

        return path;
    }
}

/// <summary>A point that a run passed.</summary>
/// <param name="Step">Number of completed steps.</param>
/// <param name="Parameters">The parameters there.</param>
public sealed record VisitedPoint(long Step, AlignedVector Parameters);
