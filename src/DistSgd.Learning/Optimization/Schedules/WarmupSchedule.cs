namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>Linear warm-up before another schedule: η₀ · (t + 1)/t_w for t &lt; t_w, then the other from its step 0.</summary>
/// <remarks>
/// The tutorial's form is η₀ · t/t_w, whose first step has the learning rate 0 and is wasted; with t + 1 every step moves
/// and step t_w − 1 reaches η₀ (Goyal et al. 2017).
/// </remarks>
public sealed class WarmupSchedule : ISchedule
{
    private readonly ISchedule _inner;
    private readonly long _warmupSteps;
    private readonly double _peak;

    /// <summary>Creates the schedule.</summary>
    /// <param name="inner">What follows; its value at step 0 is η₀.</param>
    /// <param name="warmupSteps">t_w, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">t_w is below 1.</exception>
    public WarmupSchedule(ISchedule inner, long warmupSteps)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfLessThan(warmupSteps, 1);
        _inner = inner;
        _warmupSteps = warmupSteps;
        _peak = inner.ValueAt(0);
    }

    /// <inheritdoc/>
    public double ValueAt(long step) => step < _warmupSteps
        ? _peak * (step + 1) / _warmupSteps
        : _inner.ValueAt(step - _warmupSteps);
}
