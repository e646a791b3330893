using System.Diagnostics;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Hosting.Tests.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Tests.Rules;

namespace DistSgd.Hosting.Tests.Supervision;

public sealed class ClusterStatusTests : IDisposable
{
    private static readonly DateTimeOffset Start = LocalProcess.OwnStart;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<IDisposable> _held = [];

    private RunDirectory Run => RunDirectory.OpenUnchecked(_directory["run"]);

    public void Dispose()
    {
        _held.ForEach(held => held.Dispose());
        _directory.Dispose();
    }

    [Fact]
    public void A_cluster_that_trains_shows_its_progress_and_who_has_which_shards()
    {
        Supervise();
        Describe(Node("server"), Node("worker-0"), Node("worker-1") with { Restarts = 2 });
        Log(Started(), Joined("worker-0", 0, 1), Joined("worker-1", 2, 3), Window(10), Joined("guest", 3), Window(20));
        ClusterStatus status = Read();
        status.State.ShouldBe(ClusterState.Running);
        (status.Step, status.StepsTotal, status.Epoch, status.Loss, status.Joined).ShouldBe((20, 2150, 1, 0.5, 3));
        status.Nodes.Select(node => (node.Name, node.State, Shards: string.Join(',', node.Shards), node.Restarts)).ShouldBe(
        [
            ("server", "running", "", 0),
            ("worker-0", "joined", "0,1", 0),
            ("worker-1", "joined", "2,3", 2),
            ("guest", "joined", "3", 0),
        ]);
        status.Nodes[3].Pid.ShouldBeNull("it was started elsewhere");
    }

    [Fact]
    public void A_lost_worker_is_told_from_one_that_was_started_again()
    {
        Supervise();
        Describe(Node("server"), Node("worker-0"), Node("worker-1"), Node("worker-2"));
        Log(
            Started(), Joined("worker-0"), Joined("worker-1"), Joined("worker-2"),
            Member("worker-0", MembershipChanges.Lost, Start.AddSeconds(1)), Member("worker-1", MembershipChanges.Lost, Start.AddSeconds(-1)));
        Read().Nodes.Select(node => node.State).ShouldBe(["running", "lost", "joining", "joined"]);
    }

    [Fact]
    public void A_peer_that_is_turned_away_changes_nothing()
    {
        Supervise();
        Describe(Node("server"), Node("worker-0"));
        Log(Started(), Joined("worker-0"), Member("worker-0", MembershipChanges.Refused, Start));
        Read().Nodes[1].State.ShouldBe("joined");
    }

    [Theory]
    [InlineData(NodeState.Starting, 0, ClusterState.Starting)]
    [InlineData(NodeState.Starting, 1, ClusterState.Restarting)]
    [InlineData(NodeState.Restarting, 0, ClusterState.Restarting)]
    [InlineData(NodeState.Running, 0, ClusterState.Running)]
    public void The_workers_of_a_server_that_is_started_again_have_not_joined_it(NodeState server, int restarts, ClusterState expected)
    {
        Supervise();
        Describe(Node("server") with { State = server, Restarts = restarts }, Node("worker-0"));
        Log(Started(), Joined("worker-0"), Window(10));
        ClusterStatus status = Read();
        status.State.ShouldBe(expected);
        status.Nodes[1].State.ShouldBe(server == NodeState.Running ? "joined" : "joining");
    }

    [Fact]
    public void A_server_without_workers_waits_for_them()
    {
        Supervise();
        Describe(Node("server"), Node("worker-0"));
        Read().State.ShouldBe(ClusterState.WaitingForWorkers);
        Log(Started(), Joined("worker-0"), Window(20), new RunResumed { Time = Start, Step = 10, Term = 2, Workers = 1, VectorBits = 256, Checkpoint = "c" });
        ClusterStatus status = Read();
        (status.State, status.Step).ShouldBe((ClusterState.WaitingForWorkers, 10));
    }

    [Theory]
    [InlineData(RunOutcomes.Completed, NodeState.Ended, ClusterState.Finished)]
    [InlineData(RunOutcomes.StoppedByMonitor, NodeState.Running, ClusterState.Finished)]
    [InlineData(RunOutcomes.Interrupted, NodeState.Ended, ClusterState.Interrupted)]
    [InlineData(RunOutcomes.Interrupted, NodeState.Running, ClusterState.Crashed)]
    [InlineData(null, NodeState.Running, ClusterState.Crashed)]
    [InlineData(null, NodeState.Ended, ClusterState.Failed)]
    public void Without_a_supervisor_the_files_tell_how_it_ended(string? outcome, NodeState written, ClusterState expected)
    {
        Describe(Node("server") with { Started = Start.AddDays(-1), State = written });
        if (outcome is not null)
        {
            (RunSummaryTests.Sample with { Outcome = outcome }).Write(Run.SummaryPath);
        }

        ClusterStatus status = Read();
        (status.State, status.IsAlive).ShouldBe((expected, false));
        status.Nodes.Single().State.ShouldBe(written == NodeState.Ended ? "ended" : "gone");
    }

    [SkippableFact]
    public void A_stopped_node_is_told()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs /proc");
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "kill -STOP $$"]))!;
        try
        {
            DateTimeOffset started = process.StartTime;
            SpinWait.SpinUntil(() => LocalProcess.Look(process.Id, started) == ProcessActivity.Stopped, 10_000);
            Supervise();
            Describe(Node("server") with { Pid = process.Id, Started = started });
            Read().Nodes[0].State.ShouldBe("stopped");
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public void What_is_no_cluster_has_no_status_and_cannot_be_ended()
    {
        _directory.WriteText("run/config.yaml", "name: a");
        Should.Throw<InputException>(Read).Message.ShouldBe($"{_directory["run"]} is no run of a cluster: it holds no cluster.json.");
        Should.Throw<InputException>(() => RunDirectory.OpenCluster(_directory["run"])).Message.ShouldContain("is no run of a cluster");
        Describe(Node("server") with { Started = Start.AddDays(-1) });
        Should.Throw<InputException>(() => ClusterStopper.Stop(Run, TimeSpan.FromSeconds(1), TimeProvider.System)).Message
            .ShouldBe($"{_directory["run"]}: nothing is running; the cluster has ended.");
    }

    [Fact]
    public void Nodes_that_outlived_their_supervisor_are_ended()
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 0.05; done"]))!;
        Describe(Node("server") with { Pid = process.Id, Started = process.StartTime });
        Read().IsAlive.ShouldBeTrue();
        ClusterStopper.Stop(Run, TimeSpan.FromSeconds(0.2), TimeProvider.System).ShouldBeFalse();
        process.WaitForExit(10_000).ShouldBeTrue();
        Read().IsAlive.ShouldBeFalse();
    }

    private static NodeEntry Node(string name) => new(
        name, name == "server" ? NodeRoles.Server : NodeRoles.Worker, Environment.ProcessId, null, Start, 0, NodeState.Running);

    private static Membership Joined(string worker, params int[] shards) =>
        new() { Time = Start, Worker = worker, Change = MembershipChanges.Joined, Shards = shards };

    private static Membership Member(string worker, string change, DateTimeOffset time) =>
        new() { Time = time, Worker = worker, Change = change, Shards = [] };

    private static RunStarted Started() => SampleRun.Started(4, 3, 2);

    private static StepWindow Window(long step) => SampleRun.Step(step);

    private ClusterStatus Read() => ClusterStatus.Read(Run);

    private void Supervise() => _held.Add(ClusterDirectory.CreateAt(_directory["run"]));

    private void Describe(params NodeEntry[] nodes)
    {
        Directory.CreateDirectory(_directory["run"]);
        new ClusterFile
        {
            Run = "run",
            Engine = NodeEngine.EngineName,
            Supervisor = new SupervisorEntry(1, Start.AddDays(-1)),
            Address = "unix:/nowhere",
            TokenFile = "",
            Workers = nodes.Length - 1,
            Nodes = nodes,
        }.Write(Run.ClusterPath);
    }

    private void Log(params TrainingEvent[] events) => File.WriteAllLines(Run.LogPath, events.Select(EventJson.Write));
}
