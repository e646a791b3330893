namespace DistSgd.Hosting.Supervision;

/// <summary>When a node that crashed is started again: at once, later and later while it does not stay alive, and not without end.</summary>
/// <remarks>Moments are times since any fixed one.</remarks>
public sealed class RestartBudget
{
    /// <summary>Restarts within <see cref="Period"/>, at most.</summary>
    public const int MostRestarts = 20;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(5);

    private readonly Queue<TimeSpan> _ends = new();
    private TimeSpan _delay;

    /// <summary>The time in which <see cref="MostRestarts"/> are allowed.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait before the next start.</summary>
    /// <param name="started">When the node was started.</param>
    /// <param name="ended">When it ended.</param>
    /// <returns>The time from its end on; null if it has been started again too often.</returns>
    public TimeSpan? DelayAfter(TimeSpan started, TimeSpan ended)
    {
        while (_ends.TryPeek(out TimeSpan earlier) && ended - earlier >= Period)
        {
            _ends.Dequeue();
        }

        if (_ends.Count == MostRestarts)
        {
            return null;
        }

        _ends.Enqueue(ended);
        bool isFresh = _delay == TimeSpan.Zero || ended - started >= GoodLife;
        _delay = isFresh ? ShortestDelay : TimeSpan.FromTicks(Math.Min(2 * _delay.Ticks, LongestDelay.Ticks));
        return _delay;
    }
}
