using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Supervision;

/// <summary>Ends the cluster of another supervisor.</summary>
public static class ClusterStopper
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan GraceOfSupervisor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GraceOfKilled = TimeSpan.FromSeconds(10);

    /// <summary>Asks a cluster to end with a checkpoint and waits until all its processes are gone; kills what does not end.</summary>
    /// <param name="run">The run.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="clock">The time.</param>
    /// <returns>False if it had to be killed.</returns>
    /// <exception cref="InputException">It is no run of a cluster, or nothing of it is running.</exception>
    /// <exception cref="RunFailedException">A process does not end, though it was killed.</exception>
    public static bool Stop(RunDirectory run, TimeSpan limit, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(clock);
        if (!IsAlive(ClusterFile.Read(run), run))
        {
            throw new InputException($"{run.FullPath}: nothing is running; the cluster has ended.");
        }

        if (AwaitEnd(run, limit, clock, isAsked: true))
        {
            return true;
        }

        // Without its nodes a supervisor ends by itself and says so in its file; one that is stopped cannot.
        ClusterFile file = ClusterFile.Read(run);
        KillNodes(file);
        if (LocalProcess.Look(file.Supervisor.Pid, file.Supervisor.Started) == ProcessActivity.Alive
            && AwaitEnd(run, GraceOfSupervisor, clock, isAsked: false))
        {
            return false;
        }

        KillSupervisor(ClusterFile.Read(run), run);
        KillNodes(ClusterFile.Read(run));
        return AwaitEnd(run, GraceOfKilled, clock, isAsked: false) ? false : throw new RunFailedException(
            $"{run.FullPath}: its processes do not end, though they were killed; see distsgd cluster status {run.FullPath}");
    }

    private static bool AwaitEnd(RunDirectory run, TimeSpan limit, TimeProvider clock, bool isAsked)
    {
        long since = clock.GetTimestamp();
        bool wasAsked = !isAsked;
        while (true)
        {
            // Read anew each time: a supervisor that has only just begun is about to write its own.
            ClusterFile file = ClusterFile.Read(run);
            if (!IsAlive(file, run))
            {
                return true;
            }

            wasAsked = wasAsked || LocalProcess.TryTerminate(file.Supervisor.Pid, file.Supervisor.Started);
            if (clock.GetElapsedTime(since) >= limit)
            {
                return false;
            }

            Thread.Sleep(PollInterval);
        }
    }

    private static bool IsAlive(ClusterFile file, RunDirectory run) => ClusterDirectory.IsSupervised(run) || file.Nodes.Any(IsAlive);

    private static bool IsAlive(NodeEntry node) =>
        node is { Pid: { } pid, Started: { } started } && LocalProcess.Look(pid, started) != ProcessActivity.Gone;

    private static void KillSupervisor(ClusterFile file, RunDirectory run)
    {
        if (ClusterDirectory.IsSupervised(run))
        {
            LocalProcess.Kill(file.Supervisor.Pid, file.Supervisor.Started);
        }
    }

    private static void KillNodes(ClusterFile file)
    {
        foreach (NodeEntry node in file.Nodes.Where(IsAlive))
        {
            LocalProcess.Kill(node.Pid!.Value, node.Started!.Value);
        }
    }
}
