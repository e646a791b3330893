using System.CommandLine;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Learning;

namespace DistSgd.Cli.Commands;

/// <summary><c>cluster down RUN</c>: ends a cluster with a checkpoint.</summary>
internal static class ClusterDownCommand
{
    private const double StandardSeconds = 30;
    private const double LongestSeconds = 86400;

    public static Command Create()
    {
        Argument<string> run = CommonOptions.Run();
        Option<double?> timeout = NumberOptions.Real(
            "--timeout",
            "Seconds after which what has not ended is killed; the run can then go on from its newest checkpoint.",
            $"above 0 and at most {LongestSeconds}",
            seconds => seconds is > 0 and <= LongestSeconds,
            StandardSeconds);
        var command = new Command("down", "End a cluster with a checkpoint, and wait until all its processes are gone.") { run, timeout };
        command.SetAction(parsed => Stop(
            CommonOptions.OpenCluster(parsed.GetRequiredValue(run)), TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? StandardSeconds)));
        return command;
    }

    private static int Stop(RunDirectory run, TimeSpan limit)
    {
        string path = Display.Path(run.FullPath);
        if (!ClusterStopper.Stop(run, limit, TimeProvider.System))
        {
            CommonOptions.Notice($"warning: {path}: its processes did not end within {limit.TotalSeconds:0.#} s and were killed");
        }

        long step = ClusterProgress.Read(run.LogPath).Step;
        Console.Out.WriteLine(Display.Printable($"{path} is down after step {step}"));
        if (File.Exists(run.ConfigPath) && RunSummary.Find(run.SummaryPath) is not { ExitCode: ExitCodes.Done })
        {
            ClusterLauncher.TellHowToGoOn(run);
        }

        return ExitCodes.Done;
    }
}
