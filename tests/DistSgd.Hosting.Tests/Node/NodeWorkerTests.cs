using System.Net;
using System.Net.Sockets;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>What a worker does about servers: those that do not answer, those that are not its own, those that come back.</summary>
public sealed class NodeWorkerTests
{
    private static readonly RunConfig Config = HostRuns.Config(workers: 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_worker_gives_up_where_nobody_listens(bool unix)
    {
        (Socket socket, NodeAddress address) = NodePlaces.Listen(unix ? NodePlaces.Unix() : NodePlaces.Tcp());
        socket.Dispose();
        string attempt = unix ? "no server has made this socket" : "nobody answers: Connection refused";
        WorkerThread worker = Start(address, giveUpAfter: 0.3);
        worker.Join();
        worker.Failure.ShouldBeOfType<RunFailedException>().Message
            .ShouldBe($"worker-0: gave up dialing {address} after 0.3 s; the last attempt: {attempt}.");
        worker.Notices.ShouldBe([$"worker-0: {address}: {attempt}; dialing again"], "told once, not at every attempt");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_worker_gives_up_where_a_server_does_not_answer(bool unix)
    {
        (Socket socket, NodeAddress address) = NodePlaces.Listen(unix ? NodePlaces.Unix() : NodePlaces.Tcp());
        using (socket)
        {
            WorkerThread worker = Start(address, giveUpAfter: 0.5);
            worker.Join();
            worker.Failure.ShouldBeOfType<RunFailedException>().Message
                .ShouldMatch($"^worker-0: gave up dialing {address} after 0.5 s; the last attempt: not heard of for 0\\.[5-9] s\\.$");
        }
    }

    public static TheoryData<string, string> WrongServers() => new()
    {
        { "web", "what listens at ADDRESS is no server of this version: Frame header: found the magic number 0x50545448; expected 0x44475344." },
        { "version", "what listens at ADDRESS is no server of this version: Frame header: found version 7 of the protocol; expected 2." },
        { "impostor", "the server at ADDRESS: it does not know the token either: it is another run's server, or none." },
        { "refusal", "the server at ADDRESS refuses this worker: no reason at all." },
    };

    [Theory]
    [MemberData(nameof(WrongServers))]
    public void A_worker_ends_at_a_server_that_is_not_its_own(string kind, string complaint)
    {
        (Socket listener, NodeAddress address) = NodePlaces.Listen(NodePlaces.Tcp());
        using (listener)
        {
            WorkerThread worker = Start(address);
            using Socket socket = Limited.Run(listener.Accept, "the dialing");
            Answer(socket, kind);
            worker.Join();
            worker.Failure.ShouldBeOfType<InputException>().Message
                .ShouldBe("worker-0: " + complaint.Replace("ADDRESS", address.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_worker_that_would_compute_another_config_ends_and_the_log_of_the_run_tells_of_it() => Declined(
        settings => settings with { Overrides = ["optimizer.learning_rate=0.5"] },
        "this worker reads the config of small-run differently than its server: found digest ");

    [Fact]
    public void A_worker_that_has_other_data_ends_and_the_log_of_the_run_tells_of_it() => Declined(
        settings => settings with { CreateTask = loaded => HostRuns.Task(loaded.Config with { Seed = 8 }) },
        "the data set has changed since the server of small-run loaded it: found SHA-256 ");

    [Fact]
    public void A_worker_belongs_to_the_run_that_it_joined_first()
    {
        NodeAddress address = NodePlaces.Unix();
        WorkerThread worker = Start(address);
        Interrupted(address, "run-1", Config);
        using var other = new LiveRun(address, runId: "run-2");
        worker.Join();
        string reason = "it belongs to the run run-1; this server leads run-2";
        worker.Failure.ShouldBeOfType<InputException>().Message.ShouldBe($"worker-0: the server at {address} refuses this worker: {reason}.");
        other.Await(MembershipChanges.Refused, "worker-0").Reason.ShouldBe(reason);
        other.ShouldEndUnharmed();
    }

    [Fact]
    public void A_worker_does_not_go_on_with_a_run_whose_config_has_changed()
    {
        NodeAddress address = NodePlaces.Unix();
        WorkerThread worker = Start(address);
        Interrupted(address, "run-1", Config);
        RunConfig changed = Config with { Optimizer = Config.Optimizer with { LearningRate = 0.5 } };
        using var nodes = new ThreadedNodes(HostRuns.Setup(changed, static _ => { }, runId: "run-1"), address, firstWorkers: 0);
        BackgroundWork run = Limited.Start(() => nodes.Run(), "the run");
        worker.Join();
        worker.Failure.ShouldBeOfType<InputException>().Message
            .ShouldStartWith($"worker-0: the server at {address} has another config than before: found digest ");
        nodes.Interrupt("enough");
        run.Join();
    }

    [Fact]
    public void Workers_come_back_to_a_server_that_was_restarted_from_its_checkpoint_and_no_bit_changes()
    {
        NodeAddress address = NodePlaces.Unix();
        WorkerThread[] workers = [Start(address), Start(address, "worker-1")];
        RunConfig config = HostRuns.Config(workers: 2, steps: 60);
        config = config with { Training = config.Training with { CheckpointEvery = 10 } };
        var store = new MemoryCheckpoints(failFrom: 30); // its machine fails in the middle
        using (var first = new ThreadedNodes(HostRuns.Setup(config, static _ => { }, store: store), address, firstWorkers: 0))
        {
            Should.Throw<IOException>(() => Limited.Run(first.Run));
        }

        Checkpoint last = store.Saved[^1];
        last.State.Step.ShouldBe(20);
        using var second = new ThreadedNodes(HostRuns.Setup(config, static _ => { }, resumeFrom: last), address, firstWorkers: 0);
        RunResult result = Limited.Run(second.Run);
        result.FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(HostRuns.ReferenceHash(HostRuns.Task(config)));
        foreach (WorkerThread worker in workers)
        {
            worker.Join();
            worker.Failure.ShouldBeNull();
            worker.Notices[^1].ShouldBe($"{worker.Name}: the run is over (completed)");
            worker.Events.Where(e => e.Change == MembershipChanges.Joined).Select(e => e.Reason)
                .ShouldBe([$"term 1 of small-run at {address}", $"term 2 of small-run at {address}"]);
            worker.Events[^1].Change.ShouldBe(MembershipChanges.Lost);
        }
    }

    [Fact]
    public void A_worker_that_dials_anew_takes_the_place_of_its_dead_connection_before_that_is_given_up()
    {
        var clock = new ManualClock();
        using var live = new LiveRun(NodePlaces.Unix(), clock: clock);
        using var link = new Link(live.Address);
        WorkerThread first = Start(link.Address, "worker-1");
        live.Await(MembershipChanges.Joined, "worker-1");
        link.Freeze();
        WorkerThread second = Start(live.Address, "worker-1");
        Limited.Until(() => second.Notices.Length > 0, "it has dialed");
        second.Notices[0].ShouldContain("refused: another worker of this name is connected");
        var limits = new ConnectionLimits(TimeSpan.FromSeconds(Config.Cluster.HeartbeatLimit));
        clock.Advance(2 * limits.Heartbeat);
        live.Await(MembershipChanges.Lost, "worker-1").Reason.ShouldBe("it has dialed anew");
        Limited.Until(
            () => live.Events.OfType<Membership>().Count(e => e is { Worker: "worker-1", Change: MembershipChanges.Joined }) == 2, "it takes part");
        first.Leave("enough");
        link.Thaw();
        live.ShouldEndUnharmed();
        second.Join();
        first.Join();
        second.Notices[^1].ShouldBe("worker-1: the run is over (completed)");
    }

    [Fact]
    public void A_worker_may_leave_before_anybody_has_answered_and_while_it_is_refused()
    {
        WorkerThread dialing = Start(NodePlaces.Unix());
        Limited.Until(() => dialing.Notices.Length > 0, "it has dialed");
        dialing.Leave("enough");
        dialing.Join();
        dialing.Failure.ShouldBeNull();

        using var live = new LiveRun(NodePlaces.Unix());
        WorkerThread second = Start(live.Address); // of a name that is taken
        Limited.Until(() => second.Notices.Length > 0, "it is refused");
        second.Notices[0].ShouldContain("refused: another worker of this name is connected");
        second.Leave("enough");
        second.Join();
        second.Failure.ShouldBeNull();
        second.Events.ShouldBeEmpty("it never took part");
        live.ShouldEndUnharmed();
    }

    /// <summary>A run whose worker does not take part after all.</summary>
    private static void Declined(Func<NodeWorkerSettings, NodeWorkerSettings> change, string reason)
    {
        using var live = new LiveRun(NodePlaces.Unix());
        var worker = new WorkerThread(change(WorkerThread.Settings("other", live.Address, ThreadedNodes.Token)));
        worker.Join();
        worker.Failure.ShouldBeOfType<InputException>().Message.ShouldContain(reason);
        live.Await(MembershipChanges.Refused, "other").Reason.ShouldBe(worker.Failure.Message.TrimEnd('.'));
        live.ShouldEndUnharmed();
    }

    /// <summary>Trains a little and interrupts, so that the workers wait for the next server.</summary>
    private static void Interrupted(NodeAddress address, string runId, RunConfig config)
    {
        ThreadedNodes? nodes = null;
        ClusterSetup setup = HostRuns.Setup(
            config,
            e =>
            {
                if (e is StepWindow { Step: 5 })
                {
                    nodes!.Interrupt("SIGTERM");
                }
            },
            runId: runId);
        using (nodes = new ThreadedNodes(setup, address, firstWorkers: 0))
        {
            Limited.Run(nodes.Run).Outcome.ShouldBe(RunOutcomes.Interrupted);
        }
    }

    private static WorkerThread Start(NodeAddress server, string name = "worker-0", double giveUpAfter = 60) =>
        new(WorkerThread.Settings(name, server, ThreadedNodes.Token) with { GiveUpAfter = TimeSpan.FromSeconds(giveUpAfter) });

    private static void Answer(Socket socket, string kind)
    {
        byte[] frame = Frame(new Challenge(new byte[WireLimits.NonceBytes]));
        switch (kind)
        {
            case "web": frame = [.. "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8]; break;
            case "version": frame[4] = 7; break;
            case "refusal": frame = Frame(new Refused("no reason at all", IsFinal: true)); break;
            default: frame = [.. frame, .. Frame(new Welcome(new byte[32], 1, "run", "", "", "", 500))]; break;
        }

        socket.Send(frame);
    }

    private static byte[] Frame(object message) => [.. new FrameEncoder(default).Encode(message, 0, new HeadBuffer()).Start.Span];
}
