namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>A scalar, such as the learning rate, as a pure function of the step.</summary>
/// <remarks>Evaluated by the server alone, in double precision; a resumed run needs no state of it.</remarks>
public interface ISchedule
{
    /// <summary>The value that a step uses.</summary>
    /// <param name="step">Index of the step, 0 for the first.</param>
    /// <returns>The value.</returns>
    double ValueAt(long step);
}
