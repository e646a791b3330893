namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>A straight line from one value to another, which then stays.</summary>
public sealed class LinearSchedule : ISchedule
{
    private readonly double _start;
    private readonly double _end;
    private readonly long _steps;

    /// <summary>Creates the schedule.</summary>
    /// <param name="start">The value at step 0.</param>
    /// <param name="end">The value at step <paramref name="steps"/> and later.</param>
    /// <param name="steps">Length of the line, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The line has no step.</exception>
    public LinearSchedule(double start, double end, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        _start = start;
        _end = end;
        _steps = steps;
    }

    /// <inheritdoc/>
    public double ValueAt(long step) => step >= _steps ? _end : _start + ((_end - _start) * step / _steps);
}
