namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>Exponential decay: η₀ · e^(−kt), where t = step / steps per epoch is the time in epochs, growing with every step.</summary>
/// <remarks>With k counted per epoch the shape of a run does not change with the batch size.</remarks>
public sealed class ExponentialSchedule : ISchedule
{
    private readonly double _initial;
    private readonly double _rate;
    private readonly int _stepsPerEpoch;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">η₀, the value at step 0.</param>
    /// <param name="rate">k, per epoch.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An epoch has no step.</exception>
    public ExponentialSchedule(double initial, double rate, int stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        _initial = initial;
        _rate = rate;
        _stepsPerEpoch = stepsPerEpoch;
    }

    /// <inheritdoc/>
    public double ValueAt(long step) => _initial * Math.Exp(-_rate * step / _stepsPerEpoch);
}
