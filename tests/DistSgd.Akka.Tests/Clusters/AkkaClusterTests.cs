using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Programs;

namespace DistSgd.Akka.Tests.Clusters;

/// <summary>What a real Akka.Cluster of processes does, told by its log and its own words.</summary>
public sealed class AkkaClusterTests : ClusterTest
{
    /// <summary>Longer than any test.</summary>
    private const string LongRun = "training.steps=1000000";

    protected override string Engine => AkkaEngine.EngineName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_workers_gives_the_bits_of_train(int workers)
    {
        using RunningCluster cluster = Up(workers, RunPath());
        ShouldEndLikeTrain(cluster);

        // All were members of one cluster, and nobody was lost. Akka's own leader may be any of them.
        string[] said = [.. Said("cluster"), .. Enumerable.Range(0, workers).SelectMany(w => Said($"worker-{w}"))];
        said.Count(line => line.Contains("to [Up]", StringComparison.Ordinal)).ShouldBe(1 + workers);
        cluster.Events.OfType<Membership>().ShouldNotContain(e => e.Change == MembershipChanges.Lost);
        JsonDocument.Parse(File.ReadAllText(Path.Combine(RunPath(), "cluster.json"))).RootElement.GetProperty("engine").GetString().ShouldBe("akka");
    }

    [Fact]
    public void Losing_all_workers_but_one_does_not_take_the_server_down()
    {
        using RunningCluster cluster = Up(4, RunPath(), "--no-respawn", "--set", LongRun);
        int server = cluster.ProcessOf("server");
        cluster.AwaitStep(300);
        foreach (string worker in (string[])["worker-0", "worker-1", "worker-3"])
        {
            cluster.Kill(worker);
        }

        cluster.Await("the cluster gives the dead up", () => (string[])["cluster", "worker-2"] is var alive
            && alive.SelectMany(Said).Any(line => line.Contains("SBR took decision", StringComparison.Ordinal)));
        long step = cluster.Events.OfType<StepWindow>().Last().Step;
        cluster.AwaitStep(step + 500);
        cluster.ProcessOf("server").ShouldBe(server);
        End(cluster);
        cluster.Events.OfType<RunResumed>().ShouldBeEmpty();
        cluster.Events.OfType<Membership>().Count(e => e.Change == MembershipChanges.Lost).ShouldBe(3);
    }

    [Fact]
    public void A_frozen_worker_is_unreachable_to_Akka_long_before_its_connection_is_silent_for_too_long()
    {
        using RunningCluster cluster = Up(2, RunPath(), "--set", "cluster.heartbeat_limit=60", "--set", LongRun);
        cluster.AwaitStep(300);
        cluster.Freeze("worker-1");
        var watch = Stopwatch.StartNew();
        cluster.AwaitMembership("worker-1", MembershipChanges.Lost);
        watch.Elapsed.TotalSeconds.ShouldBeInRange(1, 15, watch.Elapsed.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        cluster.Thaw("worker-1");
        cluster.AwaitMembership("worker-1", MembershipChanges.Joined, times: 2);
        End(cluster);
        cluster.Events.OfType<Membership>().Single(e => e.Change == MembershipChanges.Lost).Reason.ShouldBe("its node is unreachable");
    }

    [Fact]
    public void A_worker_comes_and_leaves_by_hand()
    {
        using RunningCluster cluster = Up(1, RunPath(), "--set", LongRun);
        string[] join = ["node", "worker", "--connect", cluster.Address, "--token-file", cluster.TokenFile, "--name", "guest"];
        using Process guest = Start([], join);
        cluster.AwaitMembership("guest", MembershipChanges.Joined);
        Signal(guest, PosixSignal.SIGTERM);
        Finish(guest).ExitCode.ShouldBe(143);
        cluster.AwaitMembership("guest", MembershipChanges.Left);
        End(cluster);
    }

    private static void End(RunningCluster cluster)
    {
        Signal(cluster.Supervisor, PosixSignal.SIGTERM);
        CliResult result = Finish(cluster.Supervisor);
        result.ExitCode.ShouldBe(143, result.Error);
    }

    private string[] Said(string node) => File.ReadAllLines(Path.Combine(RunPath(), $"{node}.akka.clef"));
}
