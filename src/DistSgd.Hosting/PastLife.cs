using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Hosting;

/// <summary>What a resumed run takes up from its earlier lives: the newest checkpoint and the log.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="Events">The events that stand, those after the checkpoint included.</param>
internal sealed record PastLife(Checkpoint Checkpoint, IReadOnlyList<TrainingEvent> Events)
{
    private const string WayOut = "Put it back, or start the run anew in another directory.";

    /// <summary>Reads both and makes sure that they, the config and the data belong together.</summary>
    /// <param name="config">The run's own config, with non-numeric keys changed if the user asked for it.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="directory">The run directory.</param>
    /// <param name="warn">Told of checkpoints and of lines of the log that cannot be read.</param>
    /// <exception cref="InputException">They do not, or one of them cannot be used.</exception>
    public static PastLife Read(RunConfig config, TrainingTask task, RunDirectory directory, Action<string> warn)
    {
        var store = new CheckpointStore(directory.CheckpointsPath, config.Training.KeepCheckpoints, warn);
        Checkpoint checkpoint = store.LoadNewest(task.Architecture.CreateLayout()) ?? throw new InputException(
            $"{directory.CheckpointsPath}: no readable checkpoint; the run cannot be resumed. Start it anew in another directory.");
        IReadOnlyList<TrainingEvent> events = ReadLog(directory.LogPath, warn);
        RequireSameNumbers(config, checkpoint.State, events, directory.ConfigPath);
        DatasetLoader.RequireUnchanged(
            task.Data.Dataset, checkpoint.State.DataSha256, $"the checkpoint of step {checkpoint.State.Step}");
        return new PastLife(checkpoint, events);
    }

    private static IReadOnlyList<TrainingEvent> ReadLog(string path, Action<string> warn)
    {
        if (!File.Exists(path))
        {
            throw new InputException(
                $"{path}: no such file; a run is resumed with its log, from which the monitor takes up its state. {WayOut}");
        }

        RunLog log = RunLog.Read(path);
        if (!log.Events.OfType<RunStarted>().Any())
        {
            throw new InputException($"{path}: is not the log of a run: no line of it tells of a start. {WayOut}");
        }

        if (log.Problems is [LogProblem first, ..])
        {
            string others = log.Problems.Count == 1 ? "" : $" So are {log.Problems.Count - 1} more.";
            warn($"warning: {path}:{first.Line}: the line is damaged and passed over.{others}");
        }

        return log.Events;
    }

    private static void RequireSameNumbers(RunConfig config, TrainingState state, IEnumerable<TrainingEvent> events, string configPath)
    {
        if (state.ConfigDigest == ConfigDigest.Compute(config))
        {
            return;
        }

        IReadOnlyList<string> changed = ChangedKeys(config, events.OfType<RunStarted>().First());
        string which = changed.Count == 0 ? "" : $": changed since the start is {string.Join(", ", changed)}";
        throw new InputException(
            $"{configPath}: its numeric keys are not those that the checkpoint of step {state.Step} was written with{which}; "
            + "a resumed run keeps them all. Undo the change, or start a new run.");
    }

    /// <summary>The checkpoint has a digest of the config only, but the log has it all. JSON is YAML, so it is read like a file.</summary>
    private static IReadOnlyList<string> ChangedKeys(RunConfig config, RunStarted started)
    {
        try
        {
            return ConfigDigest.Differences(ConfigReader.Parse(started.Config.ToJsonString(), "run.clef").Config, config);
        }
        catch (InputException)
        {
            return []; // Written by another version, with keys that this one does not know.
        }
    }
}
