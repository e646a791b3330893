using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace DistSgd.Cli.Views;

/// <summary>How far a study of several stages has come, on standard error: one line repainted in place, or a line a stage where that is no terminal.</summary>
internal sealed class StageView : IDisposable
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly BlockPainter? _painter;
    private string? _stage;
    private int _done;
    private long _painted;

    public StageView()
    {
        if (TrainingViews.IsTerminal(_console))
        {
            _painter = new BlockPainter(_console);
        }
    }

    /// <summary>Takes note of the next piece of work.</summary>
    /// <param name="stage">The stage that it belongs to.</param>
    /// <param name="most">Pieces of the stage, at most.</param>
    public void Show(string stage, int most)
    {
        bool isNew = stage != _stage;
        _done = isNew ? 1 : _done + 1;
        _stage = stage;
        if (_painter is null)
        {
            if (isNew)
            {
                Console.Error.WriteLine($"{stage} ...");
            }
        }
        else if (isNew || Stopwatch.GetElapsedTime(_painted) > RefreshInterval)
        {
            _painted = Stopwatch.GetTimestamp();
            var line = new StyledLine(Math.Max(1, _console.Profile.Width - 1));
            _painter.Paint([], [line.Add(string.Create(CultureInfo.InvariantCulture, $"{stage}  {_done} of at most {most}"))]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _painter?.Paint([], []);
}
