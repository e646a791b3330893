using DistSgd.Hosting.Supervision;

namespace DistSgd.Hosting.Tests.Supervision;

public class ClusterSupervisorTests
{
    private const string Killed = "kill -9 $$";

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "the disk is full")]
    [InlineData(2, "the data are others\nsecond line")]
    [InlineData(3, null)]
    [InlineData(130, null)]
    [InlineData(143, null)]
    public void What_the_server_ends_with_is_the_end_of_the_cluster(int code, string? message)
    {
        using var cluster = new ShellCluster { Server = _ => $"echo 'distsgd: {message}' >&2; exit {code}" };
        cluster.RunToEnd().ShouldBe(new ClusterEnd(code, message, code > 100));
        cluster.Starts.ShouldBe(["server unix:/nowhere", "worker-0 unix:/nowhere", "worker-1 unix:/nowhere"]);
        cluster.File.Nodes.ShouldAllBe(node => node.State == NodeState.Ended || node.Name == "server");
        cluster.Notices.ShouldBeEmpty();
    }

    [Fact]
    public void A_killed_worker_is_started_again_and_nothing_else()
    {
        using var cluster = new ShellCluster();
        cluster.Start();
        cluster.KillNode("worker-1");
        int pid = cluster.Entry("worker-1", restarts: 1).Pid!.Value;
        cluster.Starts.Length.ShouldBe(4);
        cluster.Notices.ShouldBe([$"worker-1 was killed by SIGKILL; started again as process {pid}"]);
        cluster.Entry("server");
        cluster.Entry("worker-0");
        cluster.Supervisor.Interrupt("SIGINT");
        cluster.AwaitEnd().ShouldBe(new ClusterEnd(130, null, true));
    }

    [Theory]
    [InlineData("kill $$", "was ended by SIGTERM")]
    [InlineData("kill -6 $$", "crashed with SIGABRT")]
    [InlineData("echo strange >&2; exit 9", "ended with exit code 9 (strange)")]
    [InlineData("echo no runtime >&2; exit 150", "ended with exit code 150 (no runtime)")]
    [InlineData("echo joined >&2; kill -9 $$", "was killed by SIGKILL")]
    [InlineData("echo 'Unhandled exception. Bad' >&2; echo '  at X' >&2; kill -6 $$", "crashed with SIGABRT (Unhandled exception. Bad)")]
    public void A_worker_that_ends_while_the_run_lasts_is_started_again(string script, string told)
    {
        using var cluster = new ShellCluster { Worker = (name, life) => name == "worker-0" && life == 0 ? script : ShellCluster.GoodWorker };
        cluster.Start();
        int pid = cluster.Entry("worker-0", restarts: 1).Pid!.Value;
        cluster.Notices.ShouldContain($"worker-0 {told}; started again as process {pid}");
    }

    [Fact]
    public void A_killed_server_is_started_again_where_it_listened_and_the_workers_stay()
    {
        using var cluster = new ShellCluster
        {
            Address = "127.0.0.1:0",
            Server = life => life == 0 ? ShellCluster.GoodServer.Replace("$1", "127.0.0.1:4242") : ShellCluster.GoodServer,
        };
        cluster.Start();
        cluster.Entry("worker-1");
        cluster.KillNode("server");
        cluster.Entry("server", restarts: 1).Address.ShouldBe("127.0.0.1:4242");
        cluster.Starts.ShouldBe(
            ["server 127.0.0.1:0", "worker-0 127.0.0.1:4242", "worker-1 127.0.0.1:4242", "server 127.0.0.1:4242"]);
        cluster.Notices.Single().ShouldStartWith("the server was killed by SIGKILL; started again as process ");
    }

    [Fact]
    public void Workers_of_this_machine_reach_a_server_that_listens_everywhere_through_loopback()
    {
        using var cluster = new ShellCluster { Address = "0.0.0.0:4242", Workers = 1 };
        cluster.Start();
        cluster.AwaitStarts(2);
        cluster.Starts.ShouldBe(["server 0.0.0.0:4242", "worker-0 127.0.0.1:4242"]);
    }

    [Fact]
    public void A_worker_that_fails_is_told_and_not_started_again_and_the_others_go_on()
    {
        using var cluster = new ShellCluster { Worker = (name, _) => name == "worker-0" ? "echo 'distsgd: worker-0: wrong token' >&2; exit 2" : ShellCluster.GoodWorker };
        cluster.Start();
        cluster.Await(() => cluster.Notices.Length > 0, "notice");
        cluster.Notices.ShouldBe(["worker-0 ended with exit code 2; it is not started again: wrong token"]);
        cluster.Entry("server");
        cluster.Entry("worker-1");
        cluster.File.Nodes[1].State.ShouldBe(NodeState.Failed);
        cluster.Starts.Length.ShouldBe(3);
    }

    [Fact]
    public void Without_any_worker_the_run_ends_with_a_checkpoint_and_the_code_of_the_last_one()
    {
        using var cluster = new ShellCluster { Worker = (_, _) => "echo 'distsgd: wrong token' >&2; exit 2" };
        ClusterEnd end = cluster.RunToEnd();
        end.ExitCode.ShouldBe(2);
        end.Message!.ShouldMatch("^no worker is left; the last one: worker-[01] ended with exit code 2; it is not started again: wrong token$");
        cluster.File.Nodes[0].State.ShouldBe(NodeState.Ended);
    }

    [Fact]
    public void Without_respawn_a_dead_worker_stays_away_and_the_last_one_ends_the_run()
    {
        using var cluster = new ShellCluster { Respawns = false };
        cluster.Start();
        cluster.KillNode("worker-1");
        cluster.Await(() => cluster.Notices.Length > 0, "notice");
        cluster.Notices.ShouldBe(["worker-1 was killed by SIGKILL; it is not started again (--no-respawn)"]);
        cluster.KillNode("worker-0");
        cluster.AwaitEnd().ShouldBe(new ClusterEnd(
            1, "no worker is left; the last one: worker-0 was killed by SIGKILL; it is not started again (--no-respawn)", true));
    }

    [Fact]
    public void Without_respawn_a_dead_server_ends_the_cluster()
    {
        using var cluster = new ShellCluster { Respawns = false, Server = _ => Killed };
        cluster.RunToEnd().ShouldBe(new ClusterEnd(1, "the server was killed by SIGKILL; it is not started again (--no-respawn)", true));
    }

    [Fact]
    public void Workers_that_end_just_before_the_server_are_not_missed()
    {
        using var cluster = new ShellCluster { Server = _ => "sleep 0.3", Worker = (_, _) => "exit 0", Respawns = false };
        cluster.RunToEnd().ShouldBe(new ClusterEnd(0, null, false));
        cluster.Notices.ShouldBeEmpty();
        cluster.Starts.Length.ShouldBe(3);
    }

    [Fact]
    public void Workers_that_were_told_of_the_end_come_back_if_the_server_dies_before_it()
    {
        using var cluster = new ShellCluster
        {
            Workers = 1,
            Server = life => life == 0 ? $"sleep 0.5; {Killed}" : ShellCluster.GoodServer,
            Worker = (_, life) => life == 0 ? "exit 0" : ShellCluster.GoodWorker,
        };
        cluster.Start();
        cluster.Entry("server", restarts: 1);
        cluster.Entry("worker-0", restarts: 1);
        cluster.Notices.Select(notice => notice.Split(';')[0]).ShouldBe(["the server was killed by SIGKILL", "worker-0 ended"]);
    }

    [Fact]
    public void A_server_that_dies_instead_of_answering_an_interruption_ends_the_cluster()
    {
        using var cluster = new ShellCluster { Server = _ => $"read -r line; {Killed}" };
        cluster.Start();
        cluster.Supervisor.Interrupt("SIGTERM");
        cluster.AwaitEnd().ShouldBe(new ClusterEnd(143, "The server was killed by SIGKILL before it had written a checkpoint.", true));
    }

    [Theory]
    [InlineData("kill -STOP $$")]
    [InlineData("trap '' TERM; while :; do sleep 0.05; done")]
    public void A_worker_that_does_not_end_is_killed(string script)
    {
        using var cluster = new ShellCluster { Server = _ => "sleep 0.2", Worker = (_, _) => script };
        cluster.RunToEnd().ShouldBe(new ClusterEnd(0, null, false));
        foreach (NodeEntry node in cluster.File.Nodes)
        {
            LocalProcess.Look(node.Pid!.Value, node.Started!.Value).ShouldBe(ProcessActivity.Gone);
        }
    }

    [Fact]
    public void A_process_of_a_node_that_outlives_it_does_not_hold_the_end_up()
    {
        using var cluster = new ShellCluster { Server = _ => "sleep 30 & exit 0", Workers = 1 };
        DateTime before = DateTime.UtcNow;
        cluster.RunToEnd().ExitCode.ShouldBe(0);
        (DateTime.UtcNow - before).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void All_processes_can_be_ended_at_once()
    {
        using var cluster = new ShellCluster { Server = _ => "kill -STOP $$" };
        cluster.Start();
        cluster.AwaitStarts(3);
        cluster.Supervisor.Kill(130);
        cluster.AwaitEnd().ShouldBe(new ClusterEnd(130, null, true));
    }

    [Fact]
    public void What_the_server_says_in_passing_is_told()
    {
        using var cluster = new ShellCluster
        {
            Workers = 1,
            Server = _ => "echo fetching data >&2; sleep 0.2",
            Worker = (_, _) => $"echo dialing again >&2; {ShellCluster.GoodWorker}",
        };
        cluster.RunToEnd();
        cluster.Notices.ShouldBe(["fetching data"]);
    }

    [Fact]
    public void A_program_that_is_not_there_is_told() => Should.Throw<RunFailedException>(() => NodeProcess.Start(
        new NodeStart("/nowhere/distsgd", []), new ProcessListener(_ => { }, _ => { }, _ => { }))).Message.ShouldStartWith("Cannot start /nowhere/distsgd: ");
}
