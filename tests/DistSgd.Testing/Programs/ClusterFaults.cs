using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DistSgd.Monitoring.Events;
using Shouldly;
using Xunit;

namespace DistSgd.Testing.Programs;

/// <summary>Real harm to real processes: the run ends with the bits of <c>train</c>.</summary>
public abstract class ClusterFaults : ClusterTest
{
    /// <summary>Steps after which the server is killed.</summary>
    protected virtual int[] ServerDeaths => [300, 1200, 2000];

    [Fact]
    public void Two_workers_are_killed_come_back_and_a_third_joins_late()
    {
        using RunningCluster cluster = Up(3, RunPath());
        cluster.AwaitStep(300);
        cluster.Kill("worker-0");
        cluster.Kill("worker-2");
        using Process late = Start(
            [], "node", "worker", "--connect", cluster.Address, "--token-file", cluster.TokenFile, "--name", "worker-9");
        cluster.AwaitMembership("worker-0", MembershipChanges.Joined, times: 2);
        cluster.AwaitMembership("worker-2", MembershipChanges.Joined, times: 2);
        cluster.AwaitMembership("worker-9", MembershipChanges.Joined);
        ShouldEndLikeTrain(cluster);
        Finish(late).ExitCode.ShouldBe(0);

        Membership[] losses = [.. cluster.Events.OfType<Membership>().Where(e => e.Change == MembershipChanges.Lost)];
        losses.Select(e => e.Worker).Order().ShouldBe(["worker-0", "worker-2"]);
        losses.ShouldAllBe(e => e.Shards.Count > 0 && e.Reason == "connection closed");
    }

    [Fact]
    public void The_server_is_killed_again_and_again_and_the_workers_come_back_by_themselves()
    {
        using RunningCluster cluster = Up(2, RunPath());
        int[] workers = [cluster.ProcessOf("worker-0"), cluster.ProcessOf("worker-1")];
        foreach (int step in ServerDeaths)
        {
            cluster.AwaitStep(step);
            cluster.Kill("server");
            cluster.Await("another server", () => cluster.Events.OfType<RunResumed>().Any(e => e.Step > step - 600));
        }

        ShouldEndLikeTrain(cluster);
        cluster.Events.OfType<RunResumed>().Last().Term.ShouldBe(1 + ServerDeaths.Length);
        new[] { cluster.ProcessOf("worker-0"), cluster.ProcessOf("worker-1") }.ShouldBe(workers);
    }

    [Fact]
    public void A_frozen_worker_is_done_without_and_joins_again_when_it_thaws()
    {
        using RunningCluster cluster = Up(2, RunPath());
        cluster.AwaitStep(300);
        cluster.Freeze("worker-1");
        cluster.AwaitMembership("worker-1", MembershipChanges.Lost);
        cluster.AwaitStep(1000);
        cluster.Thaw("worker-1");
        cluster.AwaitMembership("worker-1", MembershipChanges.Joined, times: 2);
        ShouldEndLikeTrain(cluster);
        cluster.Events.OfType<Membership>().Single(e => e.Change == MembershipChanges.Lost).Reason.ShouldNotBeNull().ShouldStartWith("not heard of for");
    }

    [Fact]
    public void A_frozen_server_finds_its_workers_again_when_it_thaws()
    {
        using RunningCluster cluster = Up(2, RunPath());
        cluster.AwaitStep(300);
        cluster.Freeze("server");
        Thread.Sleep(2500); // longer than the workers wait
        cluster.Thaw("server");
        cluster.AwaitMembership("worker-0", MembershipChanges.Joined, times: 2);
        ShouldEndLikeTrain(cluster);
    }

    [Fact]
    public void A_frozen_worker_does_not_outlive_its_cluster()
    {
        using RunningCluster cluster = Up(2, RunPath());
        cluster.AwaitStep(300);
        int[] processes = cluster.Processes();
        cluster.Freeze("worker-1");
        ShouldEndLikeTrain(cluster);
        processes.ShouldAllBe(process => !RunningCluster.IsAlive(process));
    }

    [Fact]
    public void Nodes_end_when_their_parent_is_killed_and_the_run_can_be_gone_on_with()
    {
        int[] processes;
        using (RunningCluster cluster = Up(2, RunPath()))
        {
            cluster.AwaitStep(300);
            processes = cluster.Processes();
            cluster.Supervisor.Kill();
            cluster.Supervisor.WaitForExit();
        }

        var watch = Stopwatch.StartNew();
        while (processes.Any(RunningCluster.IsAlive) && watch.Elapsed < TimeSpan.FromSeconds(20))
        {
            Thread.Sleep(20);
        }

        processes.ShouldAllBe(process => !RunningCluster.IsAlive(process));
        CliResult result = Run("cluster", "up", "--resume", RunPath());
        result.ExitCode.ShouldBe(0, result.Error);
        result.Line("parameters").ShouldBe(Reference);
    }

    [Fact]
    public void Two_clusters_train_side_by_side()
    {
        using RunningCluster one = Up(2, RunPath("one"));
        using RunningCluster two = Up(1, RunPath("two"));
        ShouldEndLikeTrain(one);
        ShouldEndLikeTrain(two);
    }

    [SkippableFact]
    public void A_full_disk_at_a_checkpoint_ends_the_run_with_its_checkpoints_intact()
    {
        string disk = Path.Combine(Home, "disk");
        Directory.CreateDirectory(disk);
        Skip.IfNot(Shell($"mount -t tmpfs -o size=600k tmpfs '{disk}' 2>/dev/null").ExitCode == 0, "no right to mount a small disk");
        try
        {
            string run = Path.Combine(disk, "run");
            using RunningCluster cluster = Up(2, run, "--set", "training.keep_checkpoints=100");
            CliResult full = Finish(cluster.Supervisor);
            full.ExitCode.ShouldBe(1, full.Error);
            full.Error.ShouldContain("No space left on device");
            full.Error.ShouldContain("intact");

            Shell($"mount -o remount,size=60m '{disk}'").ExitCode.ShouldBe(0);
            CliResult result = Run("cluster", "up", "--resume", run);
            result.ExitCode.ShouldBe(0, result.Error);
            result.Line("parameters").ShouldBe(Reference);
        }
        finally
        {
            Shell($"umount '{disk}'");
        }
    }

    [Fact]
    public void No_gap_between_steps_is_longer_than_a_second_after_a_kill()
    {
        using RunningCluster cluster = Up(2, RunPath(), "--set", "log.step_every=1");
        cluster.AwaitStep(500);
        cluster.Kill("worker-1");
        ShouldEndLikeTrain(cluster);

        StepWindow[] steps = [.. cluster.Events.OfType<StepWindow>()];
        double longest = steps.Zip(steps.Skip(1), (a, b) => (b.Time - a.Time).TotalSeconds).Max();

        // On a busy machine any process may be kept waiting; the promise of a second has three.
        longest.ShouldBeLessThan(3, longest.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_summary_of_a_cluster_says_what_that_of_train_says()
    {
        using RunningCluster cluster = Up(4, RunPath());
        ShouldEndLikeTrain(cluster);
        JsonElement mine = Summary(RunPath());
        JsonElement reference = Summary(RunPath("reference"));
        foreach (string key in (string[])["steps", "train_loss", "test_loss", "test_accuracy", "validation_loss", "parameters_sha256", "alerts"])
        {
            mine.GetProperty(key).ToString().ShouldBe(reference.GetProperty(key).ToString(), key);
        }
    }

    private static JsonElement Summary(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "summary.json"))).RootElement;
}
