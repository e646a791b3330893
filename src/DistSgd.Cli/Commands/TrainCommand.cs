using System.CommandLine;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary><c>train CONFIG</c> and <c>train --resume RUN</c>: trains in this process.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var config = new Argument<string?>("CONFIG")
        {
            Description = "Config file, for instance configs/mnist.yaml. Required without --resume.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var runDirectory = new Option<string?>("--run-dir") { Description = "Directory of the run; must be new. Default: runs/NAME-UTCSTAMP.", HelpName = "DIR" };
        var resume = new Option<string?>("--resume")
        {
            Description = "Continue the run in this directory from its newest checkpoint, instead of a CONFIG.",
            HelpName = "RUN",
        };
        Option<string[]> set = CommonOptions.Set();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("train", "Train in one process: server, workers and monitor as actors. Give either CONFIG or --resume RUN.")
        {
            config,
            runDirectory,
            resume,
            set,
            json,
        };
        command.SetAction(parsed =>
        {
            string? configPath = parsed.GetValue(config);
            string? resumed = parsed.GetValue(resume);
            string[] overrides = parsed.GetValue(set) ?? [];
            if (configPath is null == resumed is null)
            {
                throw new InputException("train: give either a config file or --resume RUN. See: distsgd train --help");
            }

            if (resumed is not null && parsed.GetValue(runDirectory) is not null)
            {
                throw new InputException("train: --run-dir has no meaning with --resume; the run stays in its directory.");
            }

            return resumed is null
                ? Start(configPath!, parsed.GetValue(runDirectory), overrides, parsed.GetValue(json))
                : Resume(resumed, overrides, parsed.GetValue(json));
        });
        return command;
    }

    private static int Start(string configPath, string? runDirectory, string[] overrides, bool json)
    {
        LoadedConfig loaded = ConfigReader.Load(configPath, overrides);
        RunConfig config = loaded.Config;
        PrintWarnings(loaded.Warnings);
        TrainingTask task = CreateTask(loaded);
        PrintWarnings(TaskWarnings.Of(loaded, task));
        TimeProvider clock = TimeProvider.System;
        RunDirectory directory = runDirectory is null
            ? RunDirectory.Create(CommonOptions.RunsDirectory, config.Name, clock.GetUtcNow())
            : RunDirectory.CreateAt(runDirectory);
        using ITrainingView view = TrainingViews.Create(config, task, directory);
        using TrainingRun run = TrainingRun.Create(config, task, directory, clock, view.Show);
        return Execute(run, view, directory, json);
    }

    private static int Resume(string runDirectory, string[] overrides, bool json)
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
        using ITrainingView view = TrainingViews.Create(config, task, directory);
        using TrainingRun run = TrainingRun.Resume(config, task, directory, TimeProvider.System, view.Show, view.Notice);
        return Execute(run, view, directory, json);
    }

    private static int Execute(TrainingRun run, ITrainingView view, RunDirectory directory, bool json)
    {
        RunSummary summary;
        using (Signals.Forward(run, view.Notice))
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

        Console.Out.WriteLine(json ? summary.ToJson() : SummaryText.Of(summary, directory, run.FirstStep));
        if (summary.Outcome == RunOutcomes.Interrupted)
        {
            CommonOptions.Notice($"continue with: distsgd train --resume {Display.Argument(Display.Path(directory.FullPath))}");
        }

        return summary.ExitCode;
    }

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
