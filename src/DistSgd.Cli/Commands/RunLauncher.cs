using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary>Starts or resumes a run in this process, shows it, and prints its summary: for every command that leads one.</summary>
internal sealed class RunLauncher
{
    private string? _begun;

    /// <summary>Name of the command, for messages.</summary>
    public required string Command { get; init; }

    /// <summary>Wires the actors of the run in a directory; null for all in this process.</summary>
    public Func<RunDirectory, ITrainingView, ClusterFactory?> Wire { get; init; } = static (_, _) => null;

    /// <summary>Told of the run before it is executed.</summary>
    public Action<TrainingRun> Prepared { get; init; } = static _ => { };

    /// <summary>Whether another process shows progress and result.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Whether workers come and go by themselves, so that a person is told.</summary>
    public bool TellsMembers { get; init; }

    /// <summary>Whether the summary is printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether a run that is in the directory of the new one goes on, if it is of the same config.</summary>
    public bool GoesOn { get; init; }

    /// <summary>How long a process that still writes the run may take to end: one that was frozen, or cut off, does so by itself.</summary>
    public TimeSpan PatienceWithWriter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Starts a new run or resumes one: exactly one of the first two is given.</summary>
    /// <param name="configPath">The config of a new run.</param>
    /// <param name="resumed">The directory of a run to go on with.</param>
    /// <param name="runDirectory">Directory of a new run.</param>
    /// <param name="overrides">Changes to the config.</param>
    /// <returns>The exit code.</returns>
    public int Launch(string? configPath, string? resumed, string? runDirectory, string[] overrides)
    {
        CheckChoice(Command, configPath, resumed, runDirectory);
        if (_begun is not null)
        {
            AwaitWriter(_begun); // this process has led it before
            return GoOn(_begun, overrides);
        }

        if (resumed is not null)
        {
            return Resume(resumed, overrides);
        }

        if (GoesOn && runDirectory is null)
        {
            throw new InputException($"{Command}: --run-dir DIR is missing; a run that may go on needs a place that is known beforehand.");
        }

        return GoesOn && RunDirectory.IsRun(runDirectory!)
            ? Continue(configPath!, runDirectory!, overrides)
            : Start(configPath!, runDirectory, overrides);
    }

    /// <summary>Makes sure that a command was told which run to begin or to go on with.</summary>
    /// <param name="command">Name of the command.</param>
    /// <param name="configPath">The config of a new run.</param>
    /// <param name="resumed">The directory of a run to go on with.</param>
    /// <param name="runDirectory">Directory of a new run.</param>
    /// <exception cref="InputException">Neither was given, or both.</exception>
    public static void CheckChoice(string command, string? configPath, string? resumed, string? runDirectory)
    {
        if (configPath is null == resumed is null)
        {
            throw new InputException($"{command}: give either a config file or --resume RUN. See: distsgd {command} --help");
        }

        if (resumed is not null && runDirectory is not null)
        {
            throw new InputException($"{command}: --run-dir has no meaning with --resume; the run stays in its directory.");
        }
    }

    /// <summary>Reads the config of a run that is to go on.</summary>
    /// <param name="directory">The run.</param>
    /// <param name="overrides">Changes to the config.</param>
    /// <returns>The config.</returns>
    /// <exception cref="InputException">A change would give other numbers.</exception>
    public static LoadedConfig LoadForResume(RunDirectory directory, IReadOnlyList<string> overrides)
    {
        RunConfig original = ConfigReader.Load(directory.ConfigPath).Config;
        LoadedConfig loaded = ConfigReader.Load(directory.ConfigPath, overrides);
        IReadOnlyList<string> changed = ConfigDigest.Differences(original, loaded.Config);
        return changed.Count == 0 ? loaded : throw new InputException(
            $"--set {string.Join(", ", changed)}: changes the numbers of the run, which a resumed run keeps; "
            + "allowed are keys such as cluster.workers and log. Start a new run instead.");
    }

    /// <summary>Refuses to go on with a run that is finished. A damaged summary is as good as none: the checkpoints tell how far the run has come.</summary>
    /// <param name="directory">The run.</param>
    /// <exception cref="InputException">The run has come to its end.</exception>
    public static void RefuseFinished(RunDirectory directory)
    {
        RunSummary? summary = RunSummary.Find(
            directory.SummaryPath, problem => CommonOptions.Notice($"warning: {problem} It is written anew."));
        if (summary is { ExitCode: ExitCodes.Done })
        {
            throw new InputException($"{directory.FullPath}: the run is finished ({summary.Outcome} after step {summary.Steps}); nothing is left to resume.");
        }
    }

    /// <summary>Makes sure that a run that is to go on is of the same config.</summary>
    /// <param name="configPath">The config.</param>
    /// <param name="runDirectory">The directory of the run.</param>
    /// <param name="overrides">Changes to the config.</param>
    /// <exception cref="InputException">It began with other numbers.</exception>
    public static void RequireSameRun(string configPath, string runDirectory, IReadOnlyList<string> overrides)
    {
        RunConfig original = ConfigReader.Load(RunDirectory.Open(runDirectory).ConfigPath).Config;
        IReadOnlyList<string> changed = ConfigDigest.Differences(original, ConfigReader.Load(configPath, overrides).Config);
        if (changed.Count > 0)
        {
            throw new InputException(
                $"{configPath}: {string.Join(", ", changed)} is not what the run in {runDirectory} began with; a run keeps its numbers. "
                + "Undo the change, or choose another --run-dir.");
        }
    }

    private int Continue(string configPath, string runDirectory, string[] overrides)
    {
        AwaitWriter(runDirectory);
        RequireSameRun(configPath, runDirectory, overrides);
        return GoOn(runDirectory, overrides);
    }

    private int GoOn(string runDirectory, string[] overrides)
    {
        RunDirectory directory = RunDirectory.Open(runDirectory);
        if (RunSummary.Find(directory.SummaryPath) is { ExitCode: ExitCodes.Done or ExitCodes.StoppedByMonitor } summary)
        {
            CommonOptions.Notice($"{runDirectory}: the run is finished; nothing is left to do");
            return Tell(summary, directory, firstStep: 0);
        }

        return Resume(runDirectory, overrides);
    }

    private void AwaitWriter(string runDirectory)
    {
        string path = Path.Combine(runDirectory, "lock");
        long since = TimeProvider.System.GetTimestamp();
        for (bool hasTold = false; RunLock.IsHeld(path) && TimeProvider.System.GetElapsedTime(since) < PatienceWithWriter;)
        {
            if (!hasTold)
            {
                hasTold = true;
                CommonOptions.Notice($"{runDirectory} is being written by another process; waiting until it ends");
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(200));
        }
    }

    private int Start(string configPath, string? runDirectory, string[] overrides)
    {
        LoadedConfig loaded = ConfigReader.Load(configPath, overrides);
        RunConfig config = loaded.Config;
        PrintWarnings(loaded.Warnings);
        TrainingTask task = CreateTask(loaded);
        PrintWarnings(TaskWarnings.Of(loaded, task));
        RunDirectory directory = runDirectory is null
            ? RunDirectory.Create(CommonOptions.RunsDirectory, config.Name, TimeProvider.System.GetUtcNow())
            : RunDirectory.CreateAt(runDirectory);
        return Start(config, task, directory);
    }

    private int Start(RunConfig config, TrainingTask task, RunDirectory directory)
    {
        using ITrainingView view = CreateView(config, task, directory);
        ClusterFactory? wiring = Wire(directory, view);
        _begun = directory.FullPath;
        using TrainingRun run = TrainingRun.Create(config, task, directory, TimeProvider.System, view.Show, wiring);
        return Execute(run, view, directory);
    }

    private static bool HasDoneNothing(RunDirectory directory) =>
        CheckpointStore.Steps(directory.CheckpointsPath).Count == 0
        && !(File.Exists(directory.LogPath) && RunLog.Read(directory.LogPath).Events.Any(e => e is StepWindow or CheckpointWritten));

    private int Resume(string runDirectory, string[] overrides)
    {
        RunDirectory directory = RunDirectory.OpenForResume(CommonOptions.OpenRun(runDirectory).FullPath);
        LoadedConfig loaded = LoadForResume(directory, overrides);
        RunConfig config = loaded.Config;
        RefuseFinished(directory);
        TrainingTask task = CreateTask(loaded);
        if ((IsQuiet || GoesOn || _begun is not null) && HasDoneNothing(directory))
        {
            // It died in its first moments: nothing is lost by beginning again, and whoever repeats the command counts on it.
            File.Delete(directory.LogPath);
            return Start(config, task, directory);
        }

        using ITrainingView view = CreateView(config, task, directory);
        ClusterFactory? wiring = Wire(directory, view);
        _begun = directory.FullPath;
        using TrainingRun run = TrainingRun.Resume(config, task, directory, TimeProvider.System, view.Show, view.Notice, wiring);
        return Execute(run, view, directory);
    }

    private int Execute(TrainingRun run, ITrainingView view, RunDirectory directory)
    {
        RunSummary summary;
        Prepared(run);
        using (Signals.Forward(run.Interrupt, Environment.Exit, view.Notice, ignoreInterrupt: IsQuiet))
        {
            try
            {
                summary = run.Execute();
            }
            finally
            {
                view.Close();
            }
        }

        int exitCode = Tell(summary, directory, run.FirstStep);
        if (!IsQuiet && summary.Outcome == RunOutcomes.Interrupted)
        {
            CommonOptions.Notice($"continue with: distsgd {Command} --resume {Display.Argument(Display.Path(directory.FullPath))}");
        }

        return exitCode;
    }

    private int Tell(RunSummary summary, RunDirectory directory, long firstStep)
    {
        if (!IsQuiet)
        {
            Console.Out.WriteLine(Json ? summary.ToJson() : SummaryText.Of(summary, directory, firstStep));
        }

        return summary.ExitCode;
    }

    private ITrainingView CreateView(RunConfig config, TrainingTask task, RunDirectory directory) =>
        IsQuiet
            ? new PlainView(Console.Error, ConsoleLevel.Off, new EventLines(ConsoleLevel.Off, task.TotalSteps), task.TotalSteps)
            : TrainingViews.Create(config, RunOutline.Of(config, task), directory, TellsMembers);

    private static TrainingTask CreateTask(LoadedConfig loaded) =>
        loaded.Use(config => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, CommonOptions.Notice)));

    private static void PrintWarnings(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
        {
            CommonOptions.Notice($"warning: {warning}");
        }
    }
}
