using DistSgd.Hosting.Runs;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;
using Spectre.Console;

namespace DistSgd.Cli.Views;

/// <summary>Shows a person, on standard error, how training goes. It sees the events that the log holds and nothing else.</summary>
internal interface ITrainingView : IDisposable
{
    /// <summary>Takes an event; called on the run's thread, so it must be quick.</summary>
    void Show(TrainingEvent trainingEvent);

    /// <summary>Prints a line that is no event, such as the answer to Ctrl-C; may be called from any thread.</summary>
    void Notice(string text);

    /// <summary>Leaves the terminal as it should stay.</summary>
    void Close();
}

/// <summary>Chooses the view.</summary>
internal static class TrainingViews
{
    /// <summary>Prints what is known of the run and begins to show it.</summary>
    /// <param name="config">Says how much is shown.</param>
    /// <param name="outline">What is known of the run.</param>
    /// <param name="directory">The run directory.</param>
    /// <param name="tellsMembers">Whether workers come and go by themselves, so that a person wants to know.</param>
    public static ITrainingView Create(RunConfig config, RunOutline outline, RunDirectory directory, bool tellsMembers)
    {
        ConsoleLevel level = config.Log.Console;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (level is ConsoleLevel.Info or ConsoleLevel.Debug)
        {
            Console.Error.WriteLine(Display.Printable(outline.Header(config.Cluster.Workers, directory)));
        }

        var lines = new EventLines(level, outline.TotalSteps, tellsMembers);
        return IsTerminal(console) && level == ConsoleLevel.Info
            ? new LiveView(console, lines, outline.TotalSteps, outline.TotalEpochs)
            : new PlainView(Console.Error, level, lines, outline.TotalSteps);
    }

    /// <summary>Whether standard error is a terminal on which lines can be repainted.</summary>
    /// <param name="console">Standard error.</param>
    /// <returns>False in a pipe, a file, or a terminal that moves no cursor.</returns>
    public static bool IsTerminal(IAnsiConsole console) => !Console.IsErrorRedirected && console.Profile.Capabilities.Ansi
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
}
