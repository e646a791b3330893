using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary>Starts or resumes a run in this process, shows it, and prints its summary: for every command that leads one.</summary>
internal sealed class RunLauncher
{
    /// <summary>Name of the command, for messages.</summary>
    public required string Command { get; init; }

    /// <summary>Wires the actors of the run in a directory; null for all in this process.</summary>
    public Func<RunDirectory, ITrainingView, ClusterFactory?> Wire { get; init; } = static (_, _) => null;

    /// <summary>Told of the run before it is executed.</summary>
    public Action<TrainingRun> Prepared { get; init; } = static _ => { };

    /// <summary>Whether another process shows progress and result.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Whether the summary is printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Starts a new run or resumes one: exactly one of the first two is given.</summary>
    /// <param name="configPath">The config of a new run.</param>
    /// <param name="resumed">The directory of a run to go on with.</param>
    /// <param name="runDirectory">Directory of a new run.</param>
    /// <param name="overrides">Changes to the config.</param>
    /// <returns>The exit code.</returns>
    public int Launch(string? configPath, string? resumed, string? runDirectory, string[] overrides)
    {
        if (configPath is null == resumed is null)
        {
            throw new InputException($"{Command}: give either a config file or --resume RUN. See: distsgd {Command} --help");
        }

        if (resumed is not null && runDirectory is not null)
        {
            throw new InputException($"{Command}: --run-dir has no meaning with --resume; the run stays in its directory.");
        }

        return resumed is null ? Start(configPath!, runDirectory, overrides) : Resume(resumed, overrides);
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
        using TrainingRun run = TrainingRun.Create(config, task, directory, TimeProvider.System, view.Show, wiring);
        return Execute(run, view, directory);
    }

    private int Resume(string runDirectory, string[] overrides)
    {
        RunDirectory directory = RunDirectory.OpenForResume(CommonOptions.OpenRun(runDirectory).FullPath);
        RunConfig original = ConfigReader.Load(directory.ConfigPath).Config;
        LoadedConfig loaded = ConfigReader.Load(directory.ConfigPath, overrides);
        RunConfig config = loaded.Config;
        IReadOnlyList<string> changed = ConfigDigest.Differences(original, config);
        if (changed.Count > 0)
        {
            throw new InputException(
                $"--set {string.Join(", ", changed)}: changes the numbers of the run, which a resumed run keeps; "
                + "allowed are keys such as cluster.workers and log. Start a new run instead.");
        }

        RefuseFinished(directory);
        TrainingTask task = CreateTask(loaded);
        if (CheckpointStore.Steps(directory.CheckpointsPath).Count == 0 && IsQuiet)
        {
            // It died before its first checkpoint: nothing is lost by beginning again, and its supervisor counts on it.
            File.Delete(directory.LogPath);
            return Start(config, task, directory);
        }

        using ITrainingView view = CreateView(config, task, directory);
        ClusterFactory? wiring = Wire(directory, view);
        using TrainingRun run = TrainingRun.Resume(config, task, directory, TimeProvider.System, view.Show, view.Notice, wiring);
        return Execute(run, view, directory);
    }

    private int Execute(TrainingRun run, ITrainingView view, RunDirectory directory)
    {
        RunSummary summary;
        Prepared(run);
        using (Signals.Forward(run, view.Notice, ignoreInterrupt: IsQuiet))
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

        if (IsQuiet)
        {
            return summary.ExitCode;
        }

        Console.Out.WriteLine(Json ? summary.ToJson() : SummaryText.Of(summary, directory, run.FirstStep));
        if (summary.Outcome == RunOutcomes.Interrupted)
        {
            CommonOptions.Notice($"continue with: distsgd {Command} --resume {Display.Argument(Display.Path(directory.FullPath))}");
        }

        return summary.ExitCode;
    }

    private ITrainingView CreateView(RunConfig config, TrainingTask task, RunDirectory directory) =>
        IsQuiet ? new PlainView(Console.Error, ConsoleLevel.Off, task.TotalSteps) : TrainingViews.Create(config, task, directory);

    /// <summary>A damaged summary is as good as none: the checkpoints tell how far the run has come.</summary>
    private static void RefuseFinished(RunDirectory directory)
    {
        RunSummary? summary = null;
        try
        {
            summary = File.Exists(directory.SummaryPath) ? RunSummary.Read(directory.SummaryPath) : null;
        }
        catch (InputException e)
        {
            CommonOptions.Notice($"warning: {e.Message} It is written anew.");
        }

        if (summary is { ExitCode: ExitCodes.Done })
        {
            throw new InputException($"{directory.FullPath}: the run is finished ({summary.Outcome} after step {summary.Steps}); nothing is left to resume.");
        }
    }

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
