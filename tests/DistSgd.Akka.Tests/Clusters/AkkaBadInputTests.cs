using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Programs;

namespace DistSgd.Akka.Tests.Clusters;

/// <summary>Whoever is wrong is told what is, and the run of the others goes on.</summary>
public sealed class AkkaBadInputTests : ClusterTest
{
    private const string LongRun = "training.steps=1000000";

    private string Token => Write("token", new string('7', 64));

    protected override string Engine => AkkaEngine.EngineName;

    [SkippableFact]
    public void A_wrong_token_ends_in_the_TLS_handshake_of_the_wrong_node()
    {
        string? host = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))?.ToString();
        Skip.If(host is null, "this machine has no address but loopback");
        using RunningCluster cluster = Serve(host, out string address);
        using Process good = Worker(address, Token, "good");
        CliResult bad = Finish(Worker(address, Write("other", new string('8', 64)), "bad"));
        bad.ExitCode.ShouldBe(2);
        bad.Error.Trim().ShouldBe(
            $"distsgd: bad: {address}: the cluster does not know the token of this node; give it the file of the run's token (--token-file).");
        ShouldEndLikeTrain(cluster);
        Finish(good).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void A_wrong_token_on_loopback_ends_at_the_data_channel_and_a_wrong_number_of_servers_before_it()
    {
        using RunningCluster cluster = Serve("127.0.0.1", out string address);
        CliResult bad = Finish(Worker(address, Write("other", new string('8', 64)), "bad"));
        bad.ExitCode.ShouldBe(2);
        bad.Error.ShouldContain($"the server at {address} refuses this worker: it does not know the token of the run.");
        CliResult lost = Finish(Worker($"{address},127.0.0.1:1,127.0.0.1:2", Token, "lost"));
        lost.ExitCode.ShouldBe(2);
        lost.Error.ShouldContain("it was told of 3 server(s) with --connect; the run has 1: name them all on every node.");

        using Process good = Worker(address, Token, "good");
        ShouldEndLikeTrain(cluster);
        Finish(good).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void A_second_cluster_on_the_same_run_is_refused()
    {
        using RunningCluster cluster = Serve("127.0.0.1", out string address, LongRun);
        using Process good = Worker(address, Token, "good");
        cluster.AwaitStep(100);
        CliResult second = Run("node", "server", Config, "--run-dir", RunPath(), "--listen", "127.0.0.1:0", "--token-file", Token);
        second.ExitCode.ShouldBe(2);
        second.Error.ShouldContain("holds a run already");
        CliResult resumed = Run("node", "server", "--resume", RunPath(), "--listen", "127.0.0.1:0", "--token-file", Token);
        resumed.ExitCode.ShouldBe(2);
        resumed.Error.ShouldContain("is being written by process");
        CliResult other = Run(
            "node", "server", Config, "--set", "seed=6", "--set", LongRun, "--run-dir", RunPath(), "--continue", "--listen", "127.0.0.1:0", "--token-file", Token);
        other.ExitCode.ShouldBe(2);
        other.Error.ShouldContain("seed is not what the run in");
        cluster.Events.OfType<RunFinished>().ShouldBeEmpty(); // it goes on
    }

    [Fact]
    public void A_seed_node_that_is_not_there_is_named_with_the_reason()
    {
        CliResult result = Run("node", "worker", "--connect", "127.0.0.1:9", "--token-file", Token, "--name", "alone", "--give-up-after", "2");
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("alone: gave up dialing 127.0.0.1:9 after 2 s; the last attempt: 127.0.0.1:9: Connection refused.");
    }

    [Fact]
    public void A_worker_that_is_left_behind_says_that_no_server_is_there_and_finds_the_next_one()
    {
        Process worker;
        string address;
        using (RunningCluster cluster = Serve("127.0.0.1", out address))
        {
            worker = Worker(address, Token, "patient");
            cluster.AwaitStep(300);
            Signal(cluster.Supervisor, System.Runtime.InteropServices.PosixSignal.SIGTERM);
            Finish(cluster.Supervisor).ExitCode.ShouldBe(143);
        }

        Thread.Sleep(7000); // it asks for 5 s in one go
        using Process server = Start([], "node", "server", "--resume", RunPath(), "--listen", address, "--token-file", Token);
        using var rest = new RunningCluster(server, RunPath());
        ShouldEndLikeTrain(rest);
        CliResult patient = Finish(worker);
        patient.ExitCode.ShouldBe(0);
        patient.Error.ShouldContain("no member of the cluster has the role server");
        worker.Dispose();
    }

    [Theory]
    [InlineData("--listen", "0.0.0.0:7117", "is no address of an Akka node; expected HOST:PORT with the name or IPv4 address that other nodes dial")]
    [InlineData("--listen", "unix:/tmp/socket", "is no address of an Akka node")]
    [InlineData("--listen", "192.0.2.1:7117", "nodes of other machines prove themselves with the run's token; give --token-file FILE")]
    [InlineData("--connect", "127.0.0.1:1,127.0.0.1:2", "lacks this server's own address, 127.0.0.1:7117 (--listen)")]
    public void An_address_that_is_of_no_use_is_refused(string option, string value, string problem)
    {
        CliResult result = Run("node", "server", Config, "--run-dir", RunPath(), option, value);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(problem);
        Directory.Exists(RunPath()).ShouldBeFalse();
    }

    private RunningCluster Serve(string host, out string address, string? steps = null)
    {
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(host), 0));
            address = socket.LocalEndPoint!.ToString()!;
        }

        Process server = Start(
            [], "node", "server", Config, "--set", steps ?? "log.step_every=10", "--set", "cluster.workers=1", "--run-dir", RunPath(), "--listen", address, "--token-file", Token);
        var cluster = new RunningCluster(server, RunPath());
        cluster.Await("the run", () => File.Exists(Path.Combine(RunPath(), "config.yaml")));
        return cluster;
    }

    private Process Worker(string servers, string token, string name) =>
        Start([], "node", "worker", "--connect", servers, "--token-file", token, "--name", name);
}
