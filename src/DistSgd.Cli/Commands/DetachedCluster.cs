using System.Diagnostics;
using System.Runtime.InteropServices;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Learning;
using DistSgd.Monitoring.Log;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary>Runs a cluster from a process in the background, and waits only until it trains.</summary>
/// <param name="request">What was asked for.</param>
internal sealed class DetachedCluster(ClusterRequest request)
{
    private const string Shell = "/bin/sh";

    /// <summary>
    /// Starts a program that outlives this process and its terminal: in a session of its own where the system has a command for it, and
    /// deaf to the terminal's end in any case. The first argument is the file that takes its output.
    /// </summary>
    private const string Script = """
        trap '' HUP
        exec </dev/null >>"$0" 2>&1
        if command -v setsid >/dev/null; then exec setsid "$@"; fi
        exec "$@"
        """;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts the cluster and waits until all its workers have joined.</summary>
    /// <returns>0 if it trains, or has trained already; otherwise its exit code.</returns>
    public int Launch()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new InputException("--detach: needs a Unix; leave the cluster in the foreground of a terminal of its own.");
        }

        (RunConfig config, ClusterDirectory directory) = request.Prepare();
        RunDirectory run = directory.Run;
        try
        {
            var tail = new LogTail(run.LogPath);
            tail.SkipExisting();
            long said = File.Exists(run.ClusterLogPath) ? new FileInfo(run.ClusterLogPath).Length : 0;

            // From here on the directory is the other process's.
            directory.Dispose();
            using Process supervisor = Start(run);
            using PosixSignalRegistration leave = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => TellOfWhatGoesOn(run));
            return AwaitTraining(supervisor, tail, config.Cluster.Workers)
                ? Tell(run, said)
                : Fail(supervisor.ExitCode, run, said);
        }
        finally
        {
            directory.Dispose();
            directory.RemoveUnlessRun();
        }
    }

    private Process Start(RunDirectory run)
    {
        NodeStart start = NodeStart.Self(request.ToArguments(run));
        string[] arguments = ["-c", Script, run.ClusterLogPath, start.Program, .. start.Arguments];
        return Process.Start(new ProcessStartInfo(Shell, arguments) { UseShellExecute = false })!;
    }

    /// <summary>Waits until all workers have joined, or those who did have begun without the others.</summary>
    /// <returns>False if the cluster ended before, and not because it was done.</returns>
    private static bool AwaitTraining(Process supervisor, LogTail tail, int workers)
    {
        var progress = new ClusterProgress();
        while (true)
        {
            bool hasEnded = supervisor.WaitForExit(PollInterval);
            foreach (Monitoring.Events.TrainingEvent trainingEvent in tail.ReadNew())
            {
                progress.Take(trainingEvent);
            }

            if (hasEnded)
            {
                return supervisor.ExitCode == ExitCodes.Done;
            }

            if (progress.Members.Count >= workers || progress.Step > progress.FirstStep)
            {
                return true;
            }
        }
    }

    /// <summary>Whoever does not wait until all have joined must still learn how to stop them.</summary>
    private static void TellOfWhatGoesOn(RunDirectory run) => CommonOptions.Notice(
        $"the cluster goes on in the background; stop it with: distsgd cluster down {Display.Argument(Display.Path(run.FullPath))}");

    private int Tell(RunDirectory run, long said)
    {
        foreach (string warning in SaidSince(run, said).Where(line => line.StartsWith("warning: ", StringComparison.Ordinal)))
        {
            CommonOptions.Notice(warning);
        }

        if (request.Json)
        {
            Console.Out.WriteLine(ClusterFile.Read(run).ToJson());
            return ExitCodes.Done;
        }

        string path = Display.Argument(Display.Path(run.FullPath));
        Console.Out.WriteLine($"run     {Display.Printable(Display.Path(run.FullPath))}");
        Console.Out.WriteLine($"output  {Display.Printable(Display.Path(run.ClusterLogPath))}");
        Console.Out.WriteLine($"status  distsgd cluster status {path}");
        Console.Out.WriteLine($"stop    distsgd cluster down {path}");
        return ExitCodes.Done;
    }

    /// <summary>Shows what the other process has said.</summary>
    private static int Fail(int exitCode, RunDirectory run, long said)
    {
        CommonOptions.Notice(string.Join('\n', SaidSince(run, said)));
        return exitCode;
    }

    private static string[] SaidSince(RunDirectory run, long position)
    {
        using var log = new StreamReader(new FileStream(run.ClusterLogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        log.BaseStream.Position = position;
        return log.ReadToEnd().TrimEnd().Split('\n');
    }
}
