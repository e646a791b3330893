namespace DistSgd.Benchmarks.Measuring;

/// <summary>
/// Measures while other programs leave the machine alone: looks at how busy it is before and after, and measures again if it was.
/// </summary>
/// <remarks>With as many processes as cores one build elsewhere doubles a step's time, which no median of a few rounds mends.</remarks>
internal sealed class QuietMoment
{
    private const double Quiet = 0.1;
    private const int Attempts = 5;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Measurements that were kept.</summary>
    public int Measured { get; private set; }

    /// <summary>Those of them that other programs disturbed all the same.</summary>
    public int Disturbed { get; private set; }

    /// <summary>Measures in a quiet moment, if one comes before patience ends.</summary>
    /// <param name="measure">The measurement; it must leave the machine idle.</param>
    /// <returns>What it returned in its first undisturbed, or else its last, attempt.</returns>
    public double Measure(Func<double> measure)
    {
        Measured++;
        double value = 0;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            DateTime limit = DateTime.UtcNow + Patience;
            while (!IsQuiet() && DateTime.UtcNow < limit)
            {
            }

            value = measure();
            if (IsQuiet())
            {
                return value;
            }
        }

        Disturbed++;
        return value;
    }

    private static bool IsQuiet()
    {
        (double Busy, double All) before = ReadTicks();
        Thread.Sleep(Look);
        (double Busy, double All) after = ReadTicks();
        return after.Busy - before.Busy <= Quiet * (after.All - before.All);
    }

    // The first line of the file: ticks of all cores in user, nice, system, idle, iowait, irq, softirq, steal.
    private static (double Busy, double All) ReadTicks()
    {
        const string statistics = "/proc/stat";
        if (!File.Exists(statistics))
        {
            return (0, 0);
        }

        double[] ticks = [.. File.ReadLines(statistics).First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(double.Parse)];
        double all = ticks.Sum();
        return (all - ticks[3] - ticks[4], all);
    }
}
