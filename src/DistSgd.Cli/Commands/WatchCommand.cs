using System.CommandLine;
using System.Runtime.InteropServices;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Monitoring.Log;
using Spectre.Console;

namespace DistSgd.Cli.Commands;

/// <summary><c>watch RUN</c>: a run on the terminal while it is written, by its log alone; it may be another process's, or a copied log.</summary>
internal static class WatchCommand
{
    private const int WidthElsewhere = 100; // characters of a line where standard output is no terminal

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        System.CommandLine.Argument<string> run = RunLogs.Argument();
        var once = new Option<bool>("--once") { Description = "Show it once and return; so it does where standard output is no terminal." };
        var command = new Command("watch", "Show a run live: curves, gradient flow by layer, workers, alerts with advice. Ctrl-C leaves it; the run goes on.") { run, once };
        command.SetAction(parsed =>
        {
            string log = RunLogs.Locate(parsed.GetRequiredValue(run));
            string name = RunLogs.NameOf(log);
            IAnsiConsole console = AnsiConsole.Console;
            bool isLive = !parsed.GetValue(once) && !Console.IsOutputRedirected && console.Profile.Capabilities.Ansi;
            return isLive ? Watch(log, new WatchPicture(name), console) : Show(log, new WatchPicture(name));
        });
        return command;
    }

    private static int Show(string log, WatchPicture picture)
    {
        RunHistory history = RunHistory.Of(RunLogs.Read(log));
        bool isTerminal = !Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Console;
        int width = isTerminal ? Math.Max(1, console.Profile.Width - 1) : WidthElsewhere;
        foreach (StyledLine line in picture.Draw(history, TimeProvider.System.GetUtcNow(), width, !isTerminal || console.Profile.Capabilities.Unicode))
        {
            if (isTerminal)
            {
                console.Write(line.Text);
                console.WriteLine();
            }
            else
            {
                Console.Out.WriteLine(line.Plain);
            }
        }

        return ExitCodes.Done;
    }

    private static int Watch(string log, WatchPicture picture, IAnsiConsole console)
    {
        using var stop = new ManualResetEventSlim();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var tail = new LogTail(log);
        var painter = new BlockPainter(console);
        var history = new RunHistory();
        do
        {
            bool isRewound = false;
            foreach (TrainingEvent trainingEvent in tail.ReadNew())
            {
                isRewound |= trainingEvent is RunResumed;
                history.Add(trainingEvent);
            }

            if (isRewound || tail.WasRewritten)
            {
                history = RunHistory.Of(new LogReader(log).Read()); // without what was taken back
            }

            int width = Math.Max(1, console.Profile.Width - 1);
            IReadOnlyList<StyledLine> lines = picture.Draw(history, TimeProvider.System.GetUtcNow(), width, console.Profile.Capabilities.Unicode);
            painter.Paint([], [.. lines.Take(Math.Max(1, console.Profile.Height - 1))]);
        }
        while (history.Finished is null && !stop.Wait(Glance));

        return ExitCodes.Done;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Set();
        }
    }
}
