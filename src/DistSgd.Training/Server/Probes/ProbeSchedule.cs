using DistSgd.Learning;

namespace DistSgd.Training.Server.Probes;

/// <summary>When a measurement by the workers is due: before the first step, then at the end of a window once in so many training examples.</summary>
/// <param name="task">What is trained.</param>
/// <param name="stepEvery">Steps of a window.</param>
/// <param name="examplesEvery">Training examples between two measurements; 0 for none.</param>
/// <param name="resumeAt">Completed steps at which this life of the server begins, whose measurement the life before has taken; −1 for a new run.</param>
internal sealed class ProbeSchedule(TrainingTask task, int stepEvery, long examplesEvery, long resumeAt)
{
    private long _last = resumeAt;

    /// <summary>Whether a measurement is due.</summary>
    /// <param name="step">Completed steps.</param>
    public bool IsDue(long step)
    {
        if (examplesEvery == 0 || step <= _last || step % stepEvery != 0)
        {
            return false;
        }

        return step == 0 || Interval(step) > Interval(step - stepEvery);
    }

    /// <summary>Takes note of a measurement.</summary>
    /// <param name="step">Completed steps.</param>
    public void Took(long step) => _last = step;

    private long Interval(long step) => task.Batches.ScheduleStepOf(step) * task.Batches.FirstBatch / examplesEvery;
}
