namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>The same value at every step.</summary>
/// <param name="value">The value.</param>
public sealed class ConstantSchedule(double value) : ISchedule
{
    /// <inheritdoc/>
    public double ValueAt(long step) => value;
}
