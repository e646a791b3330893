using System.Globalization;
using DistSgd.Studies.Trials;
using Spectre.Console;

namespace DistSgd.Cli.Views;

/// <summary>How far a study of many trials has come, on standard error: one line repainted in place, or now and then a line where that is no terminal.</summary>
internal sealed class TrialsView : IDisposable
{
    private const double SecondsBetweenLines = 10;

    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly BlockPainter? _painter;
    private double _lastLine = double.NegativeInfinity;

    public TrialsView(string folder)
    {
        Console.Error.WriteLine($"results go to {Display.Printable(folder)}");
        if (TrainingViews.IsTerminal(_console))
        {
            _painter = new BlockPainter(_console);
        }
    }

    /// <summary>Shows how far it has come.</summary>
    public void Show(PoolProgress progress)
    {
        string left = double.IsFinite(progress.SecondsLeft) ? $", about {Display.Duration(progress.SecondsLeft)} left" : "";
        string text = string.Create(
            CultureInfo.InvariantCulture, $"trial {progress.Done} of {progress.Known}, {Display.Duration(progress.Seconds)} passed{left}");
        if (_painter is not null)
        {
            _painter.Paint([], [new StyledLine(Math.Max(1, _console.Profile.Width - 1)).Add(text)]);
        }
        else if (progress.Seconds - _lastLine >= SecondsBetweenLines || progress.Done == progress.Known)
        {
            _lastLine = progress.Seconds;
            Console.Error.WriteLine(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _painter?.Paint([], []);
}
