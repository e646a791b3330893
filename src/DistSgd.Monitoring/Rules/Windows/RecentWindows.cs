namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>The losses of the last windows, in their order.</summary>
/// <param name="capacity">Number of windows.</param>
internal sealed class RecentWindows(int capacity)
{
    // Each loss stands twice, so that the last ones always lie side by side.
    private readonly double[] _losses = new double[2 * capacity];
    private readonly long[] _firstSteps = new long[capacity];
    private long _count;

    /// <summary>Whether there are as many as there can be.</summary>
    public bool IsFull => _count >= capacity;

    /// <summary>First step of the oldest window; asked for when full.</summary>
    public long FirstStep => _firstSteps[_count % capacity];

    /// <summary>The losses from the oldest window on; asked for when full.</summary>
    public ReadOnlySpan<double> Losses => _losses.AsSpan((int)(_count % capacity), capacity);

    /// <summary>Adds a window, and forgets the oldest where there are too many.</summary>
    /// <param name="window">The window.</param>
    public void Add(AggregatedWindow window)
    {
        int place = (int)(_count++ % capacity);
        _losses[place] = _losses[place + capacity] = window.Loss;
        _firstSteps[place] = window.FirstStep;
    }
}
