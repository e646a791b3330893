namespace DistSgd.Simulation.World;

/// <summary>The clock of one machine, which goes too fast or too slow.</summary>
/// <param name="agenda">True time.</param>
/// <param name="rate">Seconds that it counts in a true second.</param>
internal sealed class DriftingClock(Agenda agenda, double rate) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch + (agenda.Now * rate);

    /// <inheritdoc/>
    public override long GetTimestamp() => (agenda.Now * rate).Ticks;

    /// <summary>True time until this clock shows a time.</summary>
    /// <param name="due">The time that it is to show.</param>
    /// <returns>At least one tick, so that time passes.</returns>
    public TimeSpan Until(DateTimeOffset due)
    {
        TimeSpan left = (due - GetUtcNow()) / rate;
        return left > TimeSpan.Zero ? left + TimeSpan.FromTicks(1) : TimeSpan.FromTicks(1);
    }
}
