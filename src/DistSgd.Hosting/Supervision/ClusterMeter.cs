using System.Diagnostics;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;

namespace DistSgd.Hosting.Supervision;

/// <summary>What a step of a running cluster takes.</summary>
/// <param name="Steps">Number of steps that were measured.</param>
/// <param name="StepSeconds">Wall time of a step, in seconds.</param>
/// <param name="Server">Processor time of the server's process in a step.</param>
/// <param name="Worker">Processor time of a worker's process in a step, mean over the workers.</param>
public sealed record ClusterUsage(long Steps, double StepSeconds, ProcessorTime Server, ProcessorTime Worker);

/// <summary>Processor time in seconds.</summary>
/// <param name="UserSeconds">Of the program.</param>
/// <param name="SystemSeconds">Of the system on its behalf.</param>
public sealed record ProcessorTime(double UserSeconds, double SystemSeconds);

/// <summary>Runs a cluster for some seconds and measures what its steps take, by its log and by the processor times of its processes.</summary>
/// <param name="plan">The cluster; its run must not end by itself.</param>
/// <param name="clock">The time.</param>
public sealed class ClusterMeter(ClusterPlan plan, TimeProvider clock)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>How long it trains before it is measured: until its code is compiled well.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>How long it is measured.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Starts the cluster, measures, and ends it.</summary>
    /// <param name="stop">Ends it before it has been measured.</param>
    /// <returns>What its steps take.</returns>
    /// <exception cref="RunFailedException">The cluster did not start, or ended by itself.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ClusterUsage Measure(CancellationToken stop = default)
    {
        string notice = "";
        using var supervisor = new ClusterSupervisor(plan, clock, text => notice = text);
        Task<ClusterEnd> cluster = Task.Run(supervisor.Run, CancellationToken.None);
        try
        {
            AwaitFirstStep(cluster, () => notice, stop);
            Pause(WarmUp, cluster, stop);
            NodeEntry[] nodes = [.. ClusterFile.Read(plan.Run).Nodes];
            ProcessorTime[] before = [.. nodes.Select(Read)];
            DateTimeOffset from = clock.GetUtcNow();
            Pause(Length, cluster, stop);
            ProcessorTime[] after = [.. nodes.Select(Read)];
            DateTimeOffset to = clock.GetUtcNow();
            supervisor.Interrupt(TrainingRun.SignalTerminate);
            cluster.Wait(EndLimit, CancellationToken.None);
            return Usage(from, to, nodes, before, after);
        }
        catch
        {
            supervisor.Kill(ExitCodes.Failed);
            throw;
        }
        finally
        {
            cluster.Wait(EndLimit, CancellationToken.None);
        }
    }

    private static ProcessorTime Read(NodeEntry node)
    {
        try
        {
            using var process = Process.GetProcessById(node.Pid ?? -1);
            return new ProcessorTime(process.UserProcessorTime.TotalSeconds, process.PrivilegedProcessorTime.TotalSeconds);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new RunFailedException($"{node.Name} ended while it was measured.", e);
        }
    }

    private void AwaitFirstStep(Task<ClusterEnd> cluster, Func<string> notice, CancellationToken stop)
    {
        long start = clock.GetTimestamp();
        while (ClusterProgress.Read(plan.Run.LogPath).Step == 0)
        {
            if (clock.GetElapsedTime(start) > StartLimit)
            {
                throw new RunFailedException($"The cluster made no step within {StartLimit.TotalSeconds:F0} s. {notice()}".TrimEnd());
            }

            Pause(Glance, cluster, stop);
        }
    }

    private static void Pause(TimeSpan time, Task<ClusterEnd> cluster, CancellationToken stop)
    {
        if (cluster.Wait((int)time.TotalMilliseconds, stop))
        {
            throw new RunFailedException(cluster.Result.Message ?? "The cluster ended while it was measured.");
        }
    }

    private ClusterUsage Usage(DateTimeOffset from, DateTimeOffset to, NodeEntry[] nodes, ProcessorTime[] before, ProcessorTime[] after)
    {
        StepWindow[] windows = [.. new LogReader(plan.Run.LogPath).Read().OfType<StepWindow>().Where(window => window.Time > from && window.Time < to)];
        long count = windows.Sum(window => (long)window.Count);
        if (count == 0)
        {
            throw new RunFailedException($"No step ended within {(to - from).TotalSeconds:F1} s of measuring.");
        }

        // Windows need not begin and end with the measurement; the processor times do.
        double stepSeconds = windows.Sum(window => window.Seconds) / count;
        double steps = (to - from).TotalSeconds / stepSeconds;
        ProcessorTime Mean(string role)
        {
            int[] those = [.. Enumerable.Range(0, nodes.Length).Where(n => nodes[n].Role == role)];
            double Of(Func<ProcessorTime, double> kind) => those.Sum(n => kind(after[n]) - kind(before[n])) / those.Length / steps;
            return new ProcessorTime(Of(time => time.UserSeconds), Of(time => time.SystemSeconds));
        }

        return new ClusterUsage(count, stepSeconds, Mean(NodeRoles.Server), Mean(NodeRoles.Worker));
    }
}
