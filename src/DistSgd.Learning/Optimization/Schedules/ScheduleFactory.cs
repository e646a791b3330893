using System.Globalization;

namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>Builds the schedules of a run from its settings.</summary>
public static class ScheduleFactory
{
    /// <summary>Builds the schedule of the learning rate: the shape of the kind, after the warm-up if there is one.</summary>
    /// <remarks>
    /// The shape's clock starts at the end of the warm-up: a cosine or a line spans the steps that are left, and epochs count from there.
    /// A warm-up that outlasts the run never reaches η₀.
    /// </remarks>
    /// <param name="settings">The settings.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InputException">A cosine or linear schedule would end above its start.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static ISchedule Build(ScheduleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.WarmupSteps, nameof(settings));
        ISchedule shape = Shape(settings);
        return settings.WarmupSteps == 0 ? shape : new WarmupSchedule(shape, settings.WarmupSteps);
    }

    /// <summary>Builds the schedule of the momentum: a line up from a low value, then constant.</summary>
    /// <param name="momentum">β of the optimizer, reached at the end of the line; 0.9 is usual, 0.99 for noisy gradients.</param>
    /// <param name="initial">β of step 0, usually 0.5; null for a constant momentum.</param>
    /// <param name="steps">Length of the line, at least 1; unused for a constant momentum.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The line has no step.</exception>
    public static ISchedule BuildMomentum(double momentum, double? initial = null, long steps = 0) =>
        initial is double start ? new LinearSchedule(start, momentum, steps) : new ConstantSchedule(momentum);

    private static ISchedule Shape(ScheduleSettings settings)
    {
        double rate = settings.LearningRate;
        switch (settings.Kind)
        {
            case ScheduleKind.Constant:
                return new ConstantSchedule(rate);
            case ScheduleKind.Step:
                return new StepDecaySchedule(rate, settings.Drop, settings.EveryEpochs, settings.StepsPerEpoch);
            case ScheduleKind.Exponential:
                return new ExponentialSchedule(rate, settings.DecayRate, settings.StepsPerEpoch);
            case ScheduleKind.Cosine:
                return new CosineSchedule(rate, CheckedMinimum(settings), StepsOfShape(settings));
            case ScheduleKind.Linear:
                return new LinearSchedule(rate, CheckedMinimum(settings), StepsOfShape(settings));
            default:
                throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "Unknown schedule kind.");
        }
    }

    // At least one, for a warm-up that fills the whole run.
    private static long StepsOfShape(ScheduleSettings settings) => Math.Max(1, settings.TotalSteps - settings.WarmupSteps);

    private static double CheckedMinimum(ScheduleSettings settings) =>
        settings.MinLearningRate <= settings.LearningRate
            ? settings.MinLearningRate
            : throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"schedule.min_learning_rate: {settings.MinLearningRate} is above optimizer.learning_rate; "
                + $"expected at most {settings.LearningRate}."));
}
