using DistSgd.Hosting.Engines;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>
/// Measures a cluster of processes. They are started anew for each measurement, because they would go on computing while another
/// contender is measured; the log tells how long steps took once all was warm, so starting does not count.
/// </summary>
/// <param name="workload">What is trained.</param>
/// <param name="engine">What carries the cluster.</param>
internal sealed class ClusterRun(Workload workload, string engine = NodeEngine.EngineName)
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>How long it trains before it is measured.</summary>
    /// <remarks>Code that was compiled in a hurry is compiled well bit by bit, while the processes that train leave little time for that.</remarks>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Seconds that are measured at least.</summary>
    public double LeastSeconds { get; init; } = 0.4;

    /// <summary>Starts the processes, lets them train for a while and stops them.</summary>
    /// <returns>Mean seconds of a step.</returns>
    public double SecondsPerStep()
    {
        using var processes = new ClusterProcesses(workload, engine);
        DateTime limit = DateTime.UtcNow + Limit;
        Thread.Sleep(WarmUp + TimeSpan.FromSeconds(1 + LeastSeconds)); // reading the log takes time from the run
        List<StepWindow> measured;
        while ((measured = Measured(processes.LogPath)).Sum(window => window.Seconds) < LeastSeconds)
        {
            if (processes.All.Any(process => process.HasExited) || DateTime.UtcNow > limit)
            {
                throw new InputException($"A process of the cluster ended, or its steps took too long. {processes.Said}");
            }

            Thread.Sleep(Glance);
        }

        processes.Interrupt();
        return measured.Sum(window => window.Seconds) / measured.Sum(window => window.Count);
    }

    private List<StepWindow> Measured(string log)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        if (!File.Exists(log))
        {
            return [];
        }

        List<StepWindow> windows = [.. new LogReader(log).Read().OfType<StepWindow>().TakeWhile(window => window.Time < now)];
        return [.. windows.Where(window => window.Time - TimeSpan.FromSeconds(window.Seconds) > windows[0].Time + WarmUp)];
    }
}
