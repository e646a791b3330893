namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>Median of the values of the last steps.</summary>
internal sealed class RunningMedian
{
    private readonly int _span;
    private readonly Queue<(double Value, long Steps)> _values = new();
    private readonly List<double> _sorted = [];
    private long _steps;

    /// <param name="span">Steps to look back.</param>
    public RunningMedian(int span) => _span = span;

    /// <summary>The median; null until the values cover the whole span.</summary>
    public double? Value
    {
        get
        {
            int middle = _sorted.Count / 2;
            return _steps < _span || _sorted.Count == 0 ? null
                : _sorted.Count % 2 == 1 ? _sorted[middle]
                : (_sorted[middle - 1] + _sorted[middle]) / 2;
        }
    }

    /// <summary>Adds a value that stands for some steps, and forgets values that are not needed to cover the span any more.</summary>
    public void Add(double value, long steps)
    {
        _values.Enqueue((value, steps));
        _steps += steps;
        int place = _sorted.BinarySearch(value);
        _sorted.Insert(place < 0 ? ~place : place, value);
        while (_steps - _values.Peek().Steps >= _span)
        {
            (double oldest, long oldestSteps) = _values.Dequeue();
            _steps -= oldestSteps;
            _sorted.RemoveAt(_sorted.BinarySearch(oldest));
        }
    }
}
