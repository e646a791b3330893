using System.Diagnostics;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>Workers that are frozen or read too slowly are let go in time, and the others finish the run with its bits.</summary>
public sealed class SlowWorkerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frozen_worker_is_lost_within_its_limit_and_comes_back_once_it_thaws(bool unix)
    {
        RunConfig config = HostRuns.Config(workers: 2, steps: 3000);
        config = config with { Cluster = config.Cluster with { HeartbeatLimit = 0.6 } };
        ThreadedNodes? nodes = null;
        var changes = new List<Membership>();
        var clock = Stopwatch.StartNew();
        TimeSpan frozenAt = default, lostAfter = default;
        int beforeFreeze = 0; // on a busy machine it may have been lost for once already
        using (nodes = new ThreadedNodes(HostRuns.Setup(config, Written), unix ? NodePlaces.Unix() : NodePlaces.Tcp(), isLinked: true))
        {
            Limited.Run(nodes.Run).FinalCheckpoint.ShouldNotBeNull().ParametersSha256
                .ShouldBe(HostRuns.ReferenceHash(HostRuns.Task(config)));
        }

        Membership lost = changes.Skip(beforeFreeze).First(e => e is { Worker: "worker-1", Change: MembershipChanges.Lost });
        lost.Reason.ShouldNotBeNull().ShouldMatch("^not heard of for [0-9]+\\.[0-9] s$");
        lostAfter.ShouldBeInRange(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(20)); // at most a heartbeat old when it froze
        changes.Count(e => e is { Worker: "worker-1", Change: MembershipChanges.Joined }).ShouldBeGreaterThan(1);

        void Written(TrainingEvent e)
        {
            if (e is Membership change)
            {
                changes.Add(change);
                if (change is { Worker: "worker-1", Change: MembershipChanges.Lost } && frozenAt != default && lostAfter == default)
                {
                    lostAfter = clock.Elapsed - frozenAt;
                    nodes!.Link("worker-1").Thaw();
                }
            }
            else if (e is StepWindow { Step: 20 })
            {
                frozenAt = clock.Elapsed;
                beforeFreeze = changes.Count;
                nodes!.Link("worker-1").Freeze();
            }
            else if (e is StepWindow { Step: > 20 } && changes.Count(joined => joined.Change == MembershipChanges.Joined) < 3)
            {
                Thread.Sleep(5); // until it is back
            }
        }
    }

    [Fact]
    public void A_worker_that_sends_signs_of_life_but_reads_nothing_is_lost_and_the_run_goes_on()
    {
        // Vectors that no buffers of the system can hold.
        RunConfig config = HostRuns.Config(workers: 1, steps: 12);
        config = config with
        {
            Data = config.Data with { Features = 500 },
            Model = new ModelConfig { Hidden = LayerWidths.Create([6000]) },
        };
        TrainingTask task = HostRuns.Task(config);
        ClusterSetup setup = HostRuns.Setup(config, static _ => { }, task);
        NodeServerSettings settings = HostedNodeActors.Settings(config) with
        {
            Limits = new ConnectionLimits(TimeSpan.FromSeconds(1)) { BytesPerSecondMin = 1e9 },
        };
        var changes = new List<Membership>();
        using NodeListener listener = NodeListener.Open(NodePlaces.Tcp());
        using var loop = new NodeLoop(listener, settings, TimeProvider.System, e =>
        {
            if (e is Membership change)
            {
                changes.Add(change);
            }
        });
        var server = new ParameterServerActor(task, config with { Cluster = config.Cluster with { Workers = 2 } }, setup.Options);
        loop.Add(ActorId.Server, server);

        using var deaf = new RawPeer(listener.Address, prepare: socket => socket.ReceiveBufferSize = 4096);
        using var stop = new CancellationTokenSource();
        BackgroundWork talking = Limited.Start(
            () =>
            {
                deaf.Join("deaf", new RunShape(task.Architecture.CreateLayout().Length, 4, task.Encoding));
                TalkUntilHungUpOn(deaf, stop.Token);
            },
            "the worker that does not read");
        var worker = new WorkerThread(WorkerThread.Settings("worker-0", listener.Address, settings.Token));
        Limited.Run(loop.Run);
        loop.End(RunOutcomes.Completed);
        stop.Cancel();
        talking.Join();
        worker.Join();
        worker.Failure.ShouldBeNull();

        Membership lost = changes.Single(e => e.Change == MembershipChanges.Lost);
        lost.Worker.ShouldBe("deaf");
        lost.Reason.ShouldNotBeNull().ShouldMatch("^reads too slowly: [1-9][0-9]* bytes of a frame are unread after [1-9][0-9]*\\.[0-9] s$");
        lost.Shards.ShouldBe([0, 1]);
        server.Result.ShouldNotBeNull().FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(HostRuns.ReferenceHash(task));
    }

    private static void TalkUntilHungUpOn(RawPeer peer, CancellationToken stop)
    {
        try
        {
            for (long number = 0; !stop.IsCancellationRequested; number++)
            {
                peer.Send(new Ping(number));
                stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(50));
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Hung up on, as it deserves.
        }
    }
}
