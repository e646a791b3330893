namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>Half a cosine: η_min + ½(η_max − η_min)(1 + cos(πt/T)), and η_min from step T on.</summary>
/// <remarks>Loshchilov and Hutter 2017, without their restarts.</remarks>
public sealed class CosineSchedule : ISchedule
{
    private readonly double _maximum;
    private readonly double _minimum;
    private readonly long _steps;

    /// <summary>Creates the schedule.</summary>
    /// <param name="maximum">η_max, the value at step 0.</param>
    /// <param name="minimum">η_min, the value at step T.</param>
    /// <param name="steps">T, at least 1. The last step of a run of T steps, T − 1, is just above η_min.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is below 1.</exception>
    public CosineSchedule(double maximum, double minimum, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        _maximum = maximum;
        _minimum = minimum;
        _steps = steps;
    }

    /// <inheritdoc/>
    public double ValueAt(long step) => step >= _steps
        ? _minimum
        : _minimum + (0.5 * (_maximum - _minimum) * (1 + Math.Cos(Math.PI * step / _steps)));
}
