namespace DistSgd.Learning.Data;

/// <summary>The positions of an epoch that one step takes.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="FirstPosition">First position within the epoch.</param>
/// <param name="Count">Number of positions: the batch size, or less in the last step of an epoch.</param>
public readonly record struct StepRange(int Epoch, int FirstPosition, int Count);

/// <summary>
/// Cuts the epochs of a run into steps: a step takes the next positions, as many as the batch of its epoch; the last one of an epoch may
/// be smaller. The batch is constant, or grows at the borders of epochs.
/// </summary>
/// <remarks>A pure function of the step, so every node knows the batch of any step without being told. Nothing here allocates after the start.</remarks>
public sealed class BatchPlan
{
    private readonly int _examples;
    private readonly Stage[] _stages;
    private readonly long[] _firstSteps;
    private readonly long[] _firstEpochs;

    /// <summary>Makes the plan.</summary>
    /// <param name="examples">Examples that an epoch visits, at least 1.</param>
    /// <param name="batch">Examples of a step in the first epoch, at least 1; more than there are means all of them.</param>
    /// <param name="growth">How the batch grows; null for a constant one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or the batch is to grow to less than it is.</exception>
    public BatchPlan(int examples, int batch, BatchGrowth? growth = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(examples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        _examples = examples;
        var first = new Stage(0, 0, Math.Min(batch, examples), examples);
        _stages = growth is null ? [first] : [.. Grow(first, growth, examples)];
        _firstSteps = [.. _stages.Select(stage => stage.FirstStep)];
        _firstEpochs = [.. _stages.Select(stage => stage.FirstEpoch)];
    }

    /// <summary>Examples of a step in the first epoch.</summary>
    public int FirstBatch => _stages[0].Batch;

    /// <summary>Steps of the first epoch: ⌈examples / batch⌉.</summary>
    public int FirstStepsPerEpoch => _stages[0].StepsPerEpoch;

    /// <summary>Whether epochs differ in their batch.</summary>
    public bool Grows => _stages.Length > 1;

    /// <summary>The positions of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>Epoch, first position and number of positions.</returns>
    /// <exception cref="OverflowException">The step is beyond the last epoch that can be counted.</exception>
    public StepRange RangeOf(long step)
    {
        Place place = PlaceOf(step);
        int first = (int)place.FirstPosition;
        return new StepRange(checked((int)place.Epoch), first, Math.Min(place.Batch, _examples - first));
    }

    /// <summary>The epoch of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The epoch, from 0.</returns>
    public long EpochOf(long step) => PlaceOf(step).Epoch;

    /// <summary>Examples of a step in an epoch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <returns>The batch; the last step of the epoch may be smaller.</returns>
    public int BatchOf(int epoch) => StageOf(_firstEpochs, epoch).Batch;

    /// <summary>Steps of an epoch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <returns>⌈examples / batch⌉.</returns>
    public int StepsOf(int epoch) => StageOf(_firstEpochs, epoch).StepsPerEpoch;

    /// <summary>The first step of an epoch, which is also the number of steps of all epochs before it.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <returns>The step, from 0.</returns>
    public long FirstStepOf(int epoch)
    {
        Stage stage = StageOf(_firstEpochs, epoch);
        return stage.FirstStep + ((epoch - stage.FirstEpoch) * stage.StepsPerEpoch);
    }

    /// <summary>Whether an epoch ends with a step.</summary>
    /// <param name="step">The step, from 0.</param>
    public bool IsLastOfEpoch(long step) => PlaceOf(step + 1).FirstPosition == 0;

    /// <summary>Time in epochs after a number of steps, counted within an epoch by its steps.</summary>
    /// <param name="steps">Completed steps.</param>
    /// <returns>Completed epochs with their fraction.</returns>
    public double EpochsAfter(long steps)
    {
        Stage stage = StageOf(_firstSteps, steps);
        return stage.FirstEpoch + ((double)(steps - stage.FirstStep) / stage.StepsPerEpoch);
    }

    /// <summary>
    /// The time of schedules: the step of a run with the batch of the first epoch that begins where this one does, or last before. With it the
    /// learning rate has the same course over the examples, whether the batch grows or not.
    /// </summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The step itself where the batch is constant; at most <see cref="long.MaxValue"/>.</returns>
    public long ScheduleStepOf(long step)
    {
        if (!Grows)
        {
            return step;
        }

        Place place = PlaceOf(step);
        Int128 time = ((Int128)place.Epoch * FirstStepsPerEpoch) + (place.FirstPosition / FirstBatch);
        return (long)Int128.Min(time, long.MaxValue);
    }

    /// <summary>
    /// The stages until the batch is at its limit. Sizes are computed in decimal: a factor of 1.15 makes 115 of 100, not 114, and every
    /// machine agrees, which powers of the C library do not promise.
    /// </summary>
    private static IEnumerable<Stage> Grow(Stage first, BatchGrowth growth, int examples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(growth.Factor, BatchGrowth.FactorMin, nameof(growth));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(growth.Factor, BatchGrowth.FactorMax, nameof(growth));
        ArgumentOutOfRangeException.ThrowIfLessThan(growth.EveryEpochs, 1, nameof(growth));
        int limit = Math.Min(growth.Max ?? examples, examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, first.Batch, nameof(growth));
        decimal size = first.Batch;
        Stage stage = first;
        yield return stage;
        for (long epoch = growth.EveryEpochs; stage.Batch < limit && epoch <= int.MaxValue; epoch += growth.EveryEpochs)
        {
            size *= (decimal)growth.Factor;
            int batch = (int)Math.Min(limit, decimal.Floor(size));
            if (batch > stage.Batch)
            {
                stage = new Stage(epoch, stage.FirstStep + ((epoch - stage.FirstEpoch) * stage.StepsPerEpoch), batch, examples);
                yield return stage;
            }
        }
    }

    private Place PlaceOf(long step)
    {
        Stage stage = StageOf(_firstSteps, step);
        (long epochs, long stepOfEpoch) = Math.DivRem(step - stage.FirstStep, stage.StepsPerEpoch);
        return new Place(stage.FirstEpoch + epochs, stepOfEpoch * stage.Batch, stage.Batch);
    }

    private Stage StageOf(long[] starts, long at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        int found = Array.BinarySearch(starts, at);
        return _stages[found >= 0 ? found : ~found - 1];
    }

    /// <summary>Where a step stands.</summary>
    private readonly record struct Place(long Epoch, long FirstPosition, int Batch);

    /// <summary>Epochs of one batch.</summary>
    private readonly struct Stage(long firstEpoch, long firstStep, int batch, int examples)
    {
        public long FirstEpoch { get; } = firstEpoch;

        public long FirstStep { get; } = firstStep;

        public int Batch { get; } = batch;

        public int StepsPerEpoch { get; } = ((examples - 1) / batch) + 1;
    }
}
