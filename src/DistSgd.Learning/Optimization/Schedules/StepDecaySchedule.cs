namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>Step decay: η₀ · drop^⌊epoch / every⌋ with epoch = ⌊step / steps per epoch⌋.</summary>
public sealed class StepDecaySchedule : ISchedule
{
    private readonly double _initial;
    private readonly double _drop;
    private readonly long _stepsPerStage;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">η₀, the value of the first stage.</param>
    /// <param name="drop">Factor from one stage to the next.</param>
    /// <param name="everyEpochs">Epochs of a stage, at least 1.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public StepDecaySchedule(double initial, double drop, int everyEpochs, int stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(everyEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        _initial = initial;
        _drop = drop;
        _stepsPerStage = (long)everyEpochs * stepsPerEpoch;
    }

    /// <inheritdoc/>
    public double ValueAt(long step) => _initial * Math.Pow(_drop, step / _stepsPerStage);
}
