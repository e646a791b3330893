using DistSgd.Hosting.Mailbox;

namespace DistSgd.Hosting.InProcess;

/// <summary>
/// Long work of one process: a queue that helper threads and the mailbox loop's own thread work off together.
/// </summary>
/// <remarks>With no helpers everything runs on the loop's thread. More threads than cores would only get in each other's way.</remarks>
public sealed class HelpingExecutor : IExecutor
{
    private const int SpinsBeforeBlock = 2_000;

    private readonly Lock _lock = new();
    private readonly Queue<WorkItem> _queue = new();
    private readonly SemaphoreSlim _arrival = new(0);
    private readonly Thread[] _helpers;
    private volatile int _waiting;
    private volatile bool _disposed;
    private int _blocked;

    /// <summary>Starts the helpers.</summary>
    /// <param name="helpers">Number of threads beside the loop's own.</param>
    public HelpingExecutor(int helpers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(helpers);
        _helpers = new Thread[helpers];
        for (int i = 0; i < helpers; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = $"compute-{i + 1}" };
            _helpers[i].Start();
        }
    }

    /// <inheritdoc/>
    public Action<WorkItem> Completed { get; set; } = static _ => { };

    /// <inheritdoc/>
    public bool HasWaitingWork => _waiting > 0;

    /// <summary>Number of helpers that are useful for a number of workers on this machine, whose loop thread computes too.</summary>
    /// <param name="workers">Number of workers.</param>
    /// <param name="cores">Number of cores.</param>
    /// <returns>One thread less than the smaller of both.</returns>
    public static int HelpersFor(int workers, int cores) => Math.Max(0, Math.Min(workers, cores) - 1);

    /// <inheritdoc/>
    public void Start(WorkItem item)
    {
        lock (_lock)
        {
            _queue.Enqueue(item);
            _waiting = _queue.Count;
        }

        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _blocked) > 0)
        {
            _arrival.Release();
        }
    }

    /// <inheritdoc/>
    public bool TryRunOne()
    {
        if (!TryTake(out WorkItem item))
        {
            return false;
        }

        Completed(item.Run());
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _arrival.Release(_helpers.Length + 1);
        foreach (Thread helper in _helpers)
        {
            helper.Join();
        }

        _arrival.Dispose();
    }

    private bool TryTake(out WorkItem item)
    {
        item = default;
        if (_waiting == 0)
        {
            return false;
        }

        lock (_lock)
        {
            bool taken = _queue.TryDequeue(out item);
            _waiting = _queue.Count;
            return taken;
        }
    }

    private void Help()
    {
        while (!_disposed)
        {
            if (!TryRunOne())
            {
                WaitForWork();
            }
        }
    }

    private void WaitForWork()
    {
        for (int i = 0; i < SpinsBeforeBlock; i++)
        {
            if (_waiting > 0 || _disposed)
            {
                return;
            }

            Thread.SpinWait(10);
        }

        Interlocked.Increment(ref _blocked);
        if (_waiting == 0 && !_disposed)
        {
            _arrival.Wait();
        }

        Interlocked.Decrement(ref _blocked);
    }
}
