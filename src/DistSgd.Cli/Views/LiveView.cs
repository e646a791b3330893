using DistSgd.Monitoring.Events;
using Spectre.Console;

namespace DistSgd.Cli.Views;

/// <summary>Progress on a terminal: a block that is repainted in place, with evaluations, alerts and notices above it.</summary>
/// <remarks>A thread of its own draws a few times a second, so that a step never waits for the terminal.</remarks>
internal sealed class LiveView : ITrainingView
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(150);

    private readonly IAnsiConsole _console;
    private readonly BlockPainter _painter;
    private readonly ProgressPicture _picture;
    private readonly EventLines _events;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly ManualResetEventSlim _closing = new();
    private readonly Thread _drawing;

    /// <summary>Starts the display.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="events">The lines that events give.</param>
    /// <param name="totalSteps">Number of steps of the run.</param>
    /// <param name="totalEpochs">Number of epochs of the run.</param>
    public LiveView(IAnsiConsole console, EventLines events, long totalSteps, long totalEpochs)
    {
        _console = console;
        _painter = new BlockPainter(console);
        _picture = new ProgressPicture(totalSteps, totalEpochs);
        _events = events;
        _drawing = new Thread(DrawUntilClosed) { IsBackground = true, Name = "view" };
        _drawing.Start();
    }

    public void Show(TrainingEvent trainingEvent)
    {
        lock (_lock)
        {
            _picture.Take(trainingEvent);
            _lines.AddRange(_events.Of(trainingEvent));
        }
    }

    public void Notice(string text)
    {
        lock (_lock)
        {
            _lines.AddRange(Display.Printable(text).Split('\n'));
        }
    }

    public void Close()
    {
        if (!_closing.IsSet)
        {
            _closing.Set();
            _drawing.Join();
            lock (_lock)
            {
                _lines.AddRange(_events.Rest());
            }

            Paint(withBlock: false);
        }
    }

    public void Dispose()
    {
        Close();
        _closing.Dispose();
    }

    private void DrawUntilClosed()
    {
        do
        {
            Paint(withBlock: true);
        }
        while (!_closing.Wait(RefreshInterval));
    }

    // The lock is not held while the terminal is written to: one that is stopped (Ctrl-S) must not stop the training.
    private void Paint(bool withBlock)
    {
        string[] lines;
        IReadOnlyList<StyledLine> block = [];
        lock (_lock)
        {
            lines = [.. _lines];
            _lines.Clear();
            if (withBlock)
            {
                // The last column stays free: a character there leaves some terminals on the next line.
                block = _picture.Draw(Math.Max(1, _console.Profile.Width - 1), _console.Profile.Capabilities.Unicode);
            }
        }

        _painter.Paint(lines, [.. block.Take(Math.Max(1, _console.Profile.Height - 1))]);
    }
}
