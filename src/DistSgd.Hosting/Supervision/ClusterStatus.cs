using System.Globalization;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;

namespace DistSgd.Hosting.Supervision;

/// <summary>How a cluster is.</summary>
public enum ClusterState
{
    /// <summary>Its server is not ready yet.</summary>
    Starting,

    /// <summary>The server waits until workers have joined.</summary>
    WaitingForWorkers,

    /// <summary>It trains.</summary>
    Running,

    /// <summary>Its server crashed and is being started again.</summary>
    Restarting,

    /// <summary>The run is over, and the processes are about to end.</summary>
    Ending,

    /// <summary>The run came to its end: completed, stopped early or stopped by the monitor.</summary>
    Finished,

    /// <summary>Somebody stopped it; it can be resumed.</summary>
    Interrupted,

    /// <summary>It ended with an error, or was ended at once; the run can be resumed if it has a checkpoint.</summary>
    Failed,

    /// <summary>Its supervisor is gone without a word; the run can be resumed.</summary>
    Crashed,
}

/// <summary>A node as it is now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">One of <see cref="NodeRoles"/>.</param>
/// <param name="Pid">Its process; null for a worker that was started elsewhere, and before the first one.</param>
/// <param name="State">
/// Of the process: starting, running, stopped, restarting, ended, failed or gone; of a worker that runs: joined, joining or lost.
/// </param>
/// <param name="Shards">The shards that it computes.</param>
/// <param name="Restarts">How often it was started again.</param>
public sealed record NodeStatus(string Name, string Role, int? Pid, string State, IReadOnlyList<int> Shards, int Restarts);

/// <summary>A cluster as its files and processes show it, whoever asks.</summary>
public sealed record ClusterStatus
{
    private static readonly Dictionary<string, IReadOnlyList<int>> NoMembers = [];

    /// <summary>The run's directory.</summary>
    public required string Directory { get; init; }

    /// <summary>How the cluster is.</summary>
    public required ClusterState State { get; init; }

    /// <summary>How the run ended, one of <see cref="RunOutcomes"/>; null while it has not.</summary>
    public string? Outcome { get; init; }

    /// <summary>Its supervisor's process id, alive or not.</summary>
    public required int Supervisor { get; init; }

    /// <summary>Where workers dial.</summary>
    public required string Address { get; init; }

    /// <summary>Number of workers that the run was started with.</summary>
    public required int Workers { get; init; }

    /// <summary>Number of workers that take part.</summary>
    public required int Joined { get; init; }

    /// <summary>Completed steps that the log tells of.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole run; null while not known.</summary>
    public long? StepsTotal { get; init; }

    /// <summary>Epoch of the last step; null before the first.</summary>
    public int? Epoch { get; init; }

    /// <summary>Training loss of the last steps; null before the first.</summary>
    public double? Loss { get; init; }

    /// <summary>Training accuracy of the last steps; null before the first, and for regression.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Training examples a second, in the last steps; null before the first.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>The server, the workers of the supervisor, then those that were started elsewhere.</summary>
    public required IReadOnlyList<NodeStatus> Nodes { get; init; }

    /// <summary>Whether a process of the cluster is still there.</summary>
    public required bool IsAlive { get; init; }

    /// <summary>Looks at a cluster.</summary>
    /// <param name="run">The run.</param>
    /// <returns>How it is.</returns>
    /// <exception cref="InputException">It is no run of a cluster, or its files cannot be read.</exception>
    public static ClusterStatus Read(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        ClusterFile file = ClusterFile.Read(run);
        bool isSupervised = ClusterDirectory.IsSupervised(run);
        ClusterProgress progress = ClusterProgress.Read(run.LogPath);
        RunSummary? summary = isSupervised ? null : RunSummary.Find(run.SummaryPath);

        // A server that is being started has nobody yet, whoever its earlier life had.
        IReadOnlyDictionary<string, IReadOnlyList<int>> members = isSupervised && file.Nodes[0].State == NodeState.Running ? progress.Members : NoMembers;
        NodeStatus[] own = [.. file.Nodes.Select(node => Look(node, isSupervised, members, progress))];
        string[] names = [.. own.Select(node => node.Name)];
        IEnumerable<NodeStatus> others = members.Where(member => !names.Contains(member.Key)).Select(
            member => new NodeStatus(member.Key, NodeRoles.Worker, null, MembershipChanges.Joined, member.Value, 0));
        return new ClusterStatus
        {
            Directory = run.FullPath,
            State = isSupervised ? StateOf(file, progress) : StateAfter(summary, file),
            Outcome = isSupervised ? null : summary?.Outcome,
            Supervisor = file.Supervisor.Pid,
            Address = file.Address,
            Workers = file.Workers,
            Joined = members.Count,
            Step = progress.Step,
            StepsTotal = progress.StepsTotal,
            Epoch = progress.Window?.Epoch,
            Loss = progress.Window?.LossMean,
            Accuracy = progress.Window?.Accuracy,
            SamplesPerSecond = progress.Window?.SamplesPerSecond,
            Nodes = [.. own, .. others],
            IsAlive = isSupervised || file.Nodes.Any(node => Activity(node) != ProcessActivity.Gone),
        };
    }

    private static ProcessActivity Activity(NodeEntry node) =>
        node is { Pid: { } pid, Started: { } started } ? LocalProcess.Look(pid, started) : ProcessActivity.Gone;

    private static NodeStatus Look(
        NodeEntry node, bool isSupervised, IReadOnlyDictionary<string, IReadOnlyList<int>> members, ClusterProgress progress)
    {
        ProcessActivity activity = Activity(node);
        bool isMember = members.TryGetValue(node.Name, out IReadOnlyList<int>? shards);
        string state = activity switch
        {
            ProcessActivity.Stopped => "stopped",
            ProcessActivity.Gone => node.State is NodeState.Starting or NodeState.Running ? "gone" : Name(node.State),
            _ when node.Role == NodeRoles.Server || !isSupervised => Name(node.State),
            _ when isMember => MembershipChanges.Joined,
            _ => progress.HasLost(node.Name, node.Started) ? MembershipChanges.Lost : "joining",
        };
        return new NodeStatus(node.Name, node.Role, node.Pid, state, isMember ? shards! : [], node.Restarts);
    }

    private static string Name(NodeState state) => state.ToString().ToLower(CultureInfo.InvariantCulture);

    private static ClusterState StateOf(ClusterFile file, ClusterProgress progress) => file.Nodes[0].State switch
    {
        _ when progress.IsOver => ClusterState.Ending,
        NodeState.Restarting => ClusterState.Restarting,
        NodeState.Ended or NodeState.Failed => ClusterState.Ending,
        NodeState.Starting => file.Nodes[0].Restarts > 0 ? ClusterState.Restarting : ClusterState.Starting,
        _ => progress.Members.Count > 0 ? ClusterState.Running : ClusterState.WaitingForWorkers,
    };

    // The supervisor's last deed is to write down that all nodes have ended.
    private static ClusterState StateAfter(RunSummary? summary, ClusterFile file)
    {
        bool isOrderly = file.Nodes.All(node => node.State is NodeState.Ended or NodeState.Failed);
        return summary?.Outcome switch
        {
            RunOutcomes.Completed or RunOutcomes.EarlyStopped or RunOutcomes.StoppedByMonitor => ClusterState.Finished,
            _ when !isOrderly => ClusterState.Crashed,
            RunOutcomes.Interrupted => ClusterState.Interrupted,
            _ => ClusterState.Failed,
        };
    }
}
