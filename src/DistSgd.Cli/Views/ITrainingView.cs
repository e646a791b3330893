using DistSgd.Hosting.Runs;
using DistSgd.Learning;
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
    public static ITrainingView Create(RunConfig config, TrainingTask task, RunDirectory directory)
    {
        ConsoleLevel level = config.Log.Console;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (level is ConsoleLevel.Info or ConsoleLevel.Debug)
        {
            Console.Error.WriteLine(Display.Printable(Header(config, task, directory)));
        }

        return IsTerminal(console) && level == ConsoleLevel.Info
            ? new LiveView(console, task.TotalSteps, task.Data.CreateSampler().StepsPerEpoch(task.BatchSize))
            : new PlainView(Console.Error, level, task.TotalSteps);
    }

    /// <summary>Whether standard error is a terminal on which lines can be repainted.</summary>
    /// <param name="console">Standard error.</param>
    /// <returns>False in a pipe, a file, or a terminal that moves no cursor.</returns>
    public static bool IsTerminal(IAnsiConsole console) => !Console.IsErrorRedirected && console.Profile.Capabilities.Ansi
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    private static string Header(RunConfig config, TrainingTask task, RunDirectory directory)
    {
        int parameters = task.Architecture.CreateLayout().ParameterCount;
        string widths = string.Join("-", task.Architecture.Widths);
        string workers = config.Cluster.Workers == 1 ? "1 worker" : $"{config.Cluster.Workers} workers";
        return FormattableString.Invariant(
            $"{config.Name}: {widths}, {parameters:N0} parameters; {task.Data.Count(DataPart.Training):N0} training examples in {task.Data.Shards} shards, {workers}, batch {task.BatchSize}\nrun {Display.Path(directory.FullPath)}");
    }
}
