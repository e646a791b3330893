using System.CommandLine;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Studies;
using DistSgd.Studies.BatchSize;
using DistSgd.Studies.Output;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Cli.Commands;

/// <summary><c>study batch-size CONFIG</c>: trials over a grid, with the learning rate searched at each point, summed up with error bars.</summary>
internal static class BatchSizeCommand
{
    private const int MostThreads = 1_024;

    public static Command Create()
    {
        var config = new Argument<string>("CONFIG") { Description = "Config of the study, for instance configs/study-batch-size.yaml." };
        Option<string?> output = CommonOptions.StudyOutput("studies/NAME-UTCSTAMP");
        var resume = new Option<string?>("--resume")
        {
            Description = "Go on with the interrupted study in this directory; trials that have results are not repeated.",
            HelpName = "DIR",
        };
        Option<string[]> set = CommonOptions.Set();
        set.Description = "Change one key of the run in every trial: KEY=VALUE, for instance data.source=fashion-mnist. May be repeated.";
        Option<int?> threads = NumberOptions.Whole(
            "--threads", "Trials that run at the same time; no number but times depends on it. Default: one a core.", 1, MostThreads);
        Option<bool> json = CommonOptions.Json("Print what study.json holds.");
        var command = new Command(
            "batch-size",
            "Train over a grid of batch sizes (or any other keys), learning rates and seeds: steps and examples to a target, their law, end points, sharpness.")
        {
            config, output, resume, set, threads, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(config);
            string[] overrides = parsed.GetValue(set) ?? [];
            StudyFile file = StudyFile.Load(path, overrides);
            string folder = Folder(file, parsed.GetValue(output), parsed.GetValue(resume));
            return Run(file, folder, parsed.GetValue(threads) ?? Environment.ProcessorCount, CommandLine(path, overrides), parsed.GetValue(json));
        });
        return command;
    }

    private static string Folder(StudyFile file, string? output, string? resume)
    {
        if (resume is null)
        {
            return (output is null
                ? StudyFolder.Stamped(StudyFolder.DefaultBase, file.Config.Name, TimeProvider.System.GetUtcNow())
                : StudyFolder.At(output)).Create();
        }

        if (output is not null)
        {
            throw new InputException("study: --out has no meaning with --resume, which goes on in its own directory; give one of them.");
        }

        string log = Path.Combine(resume, TrialLog.FileName);
        return File.Exists(log)
            ? Path.GetFullPath(resume)
            : throw new InputException($"--resume {resume}: has no {TrialLog.FileName}; expected the directory of a study that was begun.");
    }

    private static int Run(StudyFile file, string folder, int threads, string commandLine, bool json)
    {
        string goOn = $"{commandLine} --resume {Display.Argument(Display.Path(folder))}";
        using var cancellation = new CancellationTokenSource();
        string signal = TrainingRun.SignalInterrupt;
        using Signals signals = Signals.Forward(
            name =>
            {
                signal = name;
                cancellation.Cancel();
            },
            Environment.Exit,
            static _ => { });
        try
        {
            StudyResult result;
            using (var view = new TrialsView(Display.Path(folder)))
            {
                var options = new StudyRunOptions { Threads = threads, Command = commandLine, Notice = CommonOptions.Notice, Progress = view.Show };
                result = BatchSizeStudy.Run(file, folder, options, cancellation.Token);
            }

            StudyWriter.WriteBesideLog(folder, result);
            Console.Out.WriteLine(json ? StudyJson.Write(result) : StudyText.Of(result, folder, StudyText.TerminalWidth));
            return ExitCodes.Done;
        }
        catch (OperationCanceledException)
        {
            return Failures.Tell($"{signal}: interrupted; what has results is kept. Go on with: {goOn}", ExitCodes.Of(Monitoring.Events.RunOutcomes.Interrupted, signal));
        }
        catch (InputException)
        {
            DeleteIfBare(folder);
            throw;
        }
    }

    // A study that could not begin leaves nothing behind.
    private static void DeleteIfBare(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private static string CommandLine(string path, string[] overrides) =>
        string.Concat(overrides.Select(text => $" --set {Display.Argument(text)}").Prepend($"distsgd study batch-size {Display.Argument(path)}"));
}
