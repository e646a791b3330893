using Serilog.Core;
using Serilog.Events;

namespace DistSgd.Hosting.Logging;

/// <summary>Writes events on a thread of its own, in their order; counts them, and keeps the first failure.</summary>
/// <remarks>
/// The thread sleeps while there is nothing to write. Serilog's asynchronous sink spins and yields between events instead: with as many
/// compute threads as cores it was always ready to run, two of the three shared a core for seconds, and steps took twice as long.
/// After a failure nothing more is written: a gap would make the log lie.
/// </remarks>
internal sealed class LogThread : IDisposable
{
    private const int Capacity = 10_000;

    private readonly object _gate = new();
    private readonly Logger _file;
    private readonly Thread _thread;
    private Queue<LogEvent> _waiting = new();
    private long _handled;
    private bool _ending;
    private Exception? _failure;

    /// <summary>Starts the thread.</summary>
    /// <param name="file">Where events go; disposed with this object.</param>
    public LogThread(Logger file)
    {
        _file = file;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>The first failure, or null.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Takes an event over; waits while too many are still to be written.</summary>
    /// <param name="logEvent">The event.</param>
    public void Enqueue(LogEvent logEvent)
    {
        lock (_gate)
        {
            while (_waiting.Count >= Capacity)
            {
                Monitor.Wait(_gate);
            }

            _waiting.Enqueue(logEvent);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Blocks until so many events have been handled since the start.</summary>
    /// <param name="events">Number of events.</param>
    public void WaitFor(long events)
    {
        lock (_gate)
        {
            while (_handled < events)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ending = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
        Try(_file.Dispose);
    }

    private void Run()
    {
        var batch = new Queue<LogEvent>();
        while (TryTakeAll(ref batch))
        {
            int count = batch.Count;
            while (batch.TryDequeue(out LogEvent? logEvent))
            {
                if (Failure is null)
                {
                    Try(() => _file.Write(logEvent));
                }
            }

            lock (_gate)
            {
                _handled += count;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private bool TryTakeAll(ref Queue<LogEvent> empty)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_ending)
            {
                Monitor.Wait(_gate);
            }

            (_waiting, empty) = (empty, _waiting);
            Monitor.PulseAll(_gate);
            return empty.Count > 0;
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }
}
