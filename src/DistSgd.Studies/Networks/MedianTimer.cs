namespace DistSgd.Studies.Networks;

/// <summary>Measures how long something takes: the median of many calls, which a busy machine disturbs least.</summary>
/// <param name="clock">The clock.</param>
internal sealed class MedianTimer(TimeProvider clock)
{
    private const int LeastCalls = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);
    private const int MostCalls = 201;
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(60);

    /// <summary>Calls something until the runtime has had the time to compile it as well as it can.</summary>
    /// <param name="action">What will be measured.</param>
    public void Settle(Action action)
    {
        for (double spent = 0; spent < WarmUp.TotalSeconds; spent += SecondsOnce(action))
        {
        }
    }

    /// <summary>Measures one call.</summary>
    /// <param name="action">What is measured; called once before, so that its memory is there.</param>
    /// <param name="mostCalls">Largest number of calls.</param>
    /// <returns>The median in seconds.</returns>
    public double Seconds(Action action, int mostCalls = MostCalls)
    {
        action();
        var seconds = new List<double>();
        while (seconds.Count < Math.Min(LeastCalls, mostCalls) || (seconds.Count < mostCalls && seconds.Sum() < Budget.TotalSeconds))
        {
            seconds.Add(SecondsOnce(action));
        }

        seconds.Sort();
        return seconds[seconds.Count / 2];
    }

    private double SecondsOnce(Action action)
    {
        long start = clock.GetTimestamp();
        action();
        return clock.GetElapsedTime(start).TotalSeconds;
    }
}
