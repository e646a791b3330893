using System.Collections.Concurrent;
using DistSgd.Hosting.Runs;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Views;

/// <summary>Shows a run that other processes lead, from its log; and notices between the events, in the order of time.</summary>
/// <remarks>A thread of its own reads and shows, so that nobody waits for a terminal or a pipe that does not take its lines.</remarks>
internal sealed class LogView : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(150);

    private readonly RunDirectory _run;
    private readonly RunConfig _config;
    private readonly TimeProvider _clock;
    private readonly LogTail _tail;
    private readonly ConcurrentQueue<(DateTimeOffset Time, string Text)> _notices = new();
    private readonly ManualResetEventSlim _closing = new();
    private readonly Thread _showing;
    private ITrainingView? _view;
    private bool _isUnreadable;

    /// <summary>Begins to show what is written from now on.</summary>
    /// <param name="run">The run; its log need not exist yet.</param>
    /// <param name="config">Its config.</param>
    /// <param name="clock">The time.</param>
    public LogView(RunDirectory run, RunConfig config, TimeProvider clock)
    {
        _run = run;
        _config = config;
        _clock = clock;
        _tail = new LogTail(run.LogPath);
        if (File.Exists(run.LogPath))
        {
            // A run that goes on has told at its start what it is.
            if (new LogReader(run.LogPath).Read().OfType<RunStarted>().FirstOrDefault() is { } started)
            {
                Begin(started);
            }

            _tail.SkipExisting();
        }

        _showing = new Thread(ShowUntilClosed) { IsBackground = true, Name = "log view" };
        _showing.Start();
    }

    /// <summary>Completed steps when the server was started last; final once the view is closed.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Prints a line that is no event; may be called from any thread.</summary>
    /// <param name="text">The line.</param>
    public void Notice(string text) => _notices.Enqueue((_clock.GetUtcNow(), text));

    /// <summary>Shows what is left, and leaves the terminal as it should stay.</summary>
    public void Close()
    {
        if (!_closing.IsSet)
        {
            _closing.Set();
            _showing.Join();
            ShowNew();
            _view?.Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _view?.Dispose();
        _closing.Dispose();
    }

    private void ShowUntilClosed()
    {
        do
        {
            ShowNew();
        }
        while (!_closing.Wait(PollInterval));
    }

    private void ShowNew()
    {
        try
        {
            foreach (TrainingEvent trainingEvent in _tail.ReadNew())
            {
                ShowNotices(until: trainingEvent.Time);
                Show(trainingEvent);
            }
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && !_isUnreadable)
        {
            _isUnreadable = true;
            Notice($"warning: {_run.LogPath} cannot be read: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // That was told already.
        }

        ShowNotices(until: null);
    }

    private void Show(TrainingEvent trainingEvent)
    {
        if (trainingEvent is RunStarted started)
        {
            Begin(started);
        }

        FirstStep = trainingEvent switch
        {
            RunStarted => 0,
            RunResumed resumed => resumed.Step,
            _ => FirstStep,
        };
        _view?.Show(trainingEvent);
    }

    private void ShowNotices(DateTimeOffset? until)
    {
        while (_notices.TryPeek(out (DateTimeOffset Time, string Text) notice) && !(notice.Time > until) && _notices.TryDequeue(out notice))
        {
            if (_view is null)
            {
                Console.Error.WriteLine(Display.Printable(notice.Text));
            }
            else
            {
                _view.Notice(notice.Text);
            }
        }
    }

    private void Begin(RunStarted started) => _view ??= TrainingViews.Create(_config, RunOutline.Of(started), _run, tellsMembers: true);
}
