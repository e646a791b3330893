using Serilog.Core;
using Serilog.Events;

namespace DistSgd.Hosting.Logging;

/// <summary>Passes events on to the logger of the file, counts them, and keeps the first failure.</summary>
/// <remarks>
/// The asynchronous sink reports a failure to Serilog's self-log only, and its thread may end with it. A run must learn that its log is
/// incomplete, so the failure is kept here, and nothing is written after it: a gap would make the log lie.
/// </remarks>
internal sealed class RecordingSink : ILogEventSink, IDisposable
{
    private readonly object _gate = new();
    private readonly Logger _inner;
    private long _handled;
    private Exception? _failure;

    public RecordingSink(Logger inner) => _inner = inner;

    /// <summary>The first failure, or null.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public void Emit(LogEvent logEvent)
    {
        if (Failure is null)
        {
            Try(() => _inner.Write(logEvent));
        }

        lock (_gate)
        {
            _handled++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Blocks until so many events have been handled since the start.</summary>
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

    public void Dispose() => Try(_inner.Dispose);

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
