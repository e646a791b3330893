using System.Collections.Concurrent;

namespace DistSgd.Hosting.Mailbox;

/// <summary>Does long work on one thread of its own, which sleeps while there is none: what a server writes must not hold up its steps.</summary>
public sealed class BackgroundExecutor : IExecutor
{
    private readonly BlockingCollection<WorkItem> _queue = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    public BackgroundExecutor()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "background" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public Action<WorkItem> Completed { get; set; } = static _ => { };

    /// <inheritdoc/>
    public bool HasWaitingWork => false;

    /// <inheritdoc/>
    public void Start(WorkItem item) => _queue.Add(item);

    /// <inheritdoc/>
    public bool TryRunOne() => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Work()
    {
        foreach (WorkItem item in _queue.GetConsumingEnumerable())
        {
            Completed(item.Run());
        }
    }
}
