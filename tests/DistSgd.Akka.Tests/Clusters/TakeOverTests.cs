using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Programs;

namespace DistSgd.Akka.Tests.Clusters;

/// <summary>Three servers of one run: one leads, two stand by.</summary>
public sealed class TakeOverTests : ClusterTest
{
    private readonly int[] _ports = [.. FreePorts(3)];

    protected override string Engine => AkkaEngine.EngineName;

    protected override int Steps => 20_000;

    [Fact]
    public void Another_server_takes_over_from_one_that_is_killed_and_gives_the_bits_of_train() => Train(leader =>
    {
        leader.Kill();
        leader.WaitForExit();
    });

    [Fact]
    public void Another_server_takes_over_from_one_that_is_asked_to_end() => Train(leader =>
    {
        Signal(leader, PosixSignal.SIGTERM);
        CliResult ended = Finish(leader);
        ended.ExitCode.ShouldBe(143, ended.Error);
        ended.Line("outcome").ShouldBe("interrupted: SIGTERM");
    });

    /// <summary>The frozen one still holds the run: nobody may write beside it, whatever the cluster thinks.</summary>
    [Fact]
    public void Another_server_takes_over_from_one_that_was_frozen_once_that_has_let_go() => Train(
        leader =>
        {
            RunningCluster.Freeze(leader);
            Thread.Sleep(TimeSpan.FromSeconds(12)); // the others elect
            RunningCluster.Thaw(leader);
        },
        isStandingBy: true);

    private void Train(Action<Process> end, bool isStandingBy = false)
    {
        string token = Write("token", new string('7', 64));
        using Process first = Server(0);
        using var cluster = new RunningCluster(first, RunPath());
        cluster.Await("the first server leads", () => File.Exists(Path.Combine(RunPath(), "config.yaml")));
        using Process second = Server(1);
        using Process third = Server(2);
        using Process near = Worker("near");
        using Process far = Worker("far");
        cluster.AwaitStep(600);
        end(first);

        using var rest = new RunningCluster(second, RunPath());
        rest.Await("another leads", () => rest.Events.OfType<RunResumed>().Any());
        CliResult[] servers = [Finish(second), Finish(third), .. isStandingBy ? [Finish(first)] : (CliResult[])[]];
        servers.ShouldAllBe(server => server.ExitCode == 0, string.Join('\n', servers.Select(server => server.Error)));
        servers.ShouldAllBe(server => server.Line("parameters") == Reference);
        new[] { Finish(near), Finish(far) }.ShouldAllBe(worker => worker.ExitCode == 0);
        rest.Events.OfType<RunResumed>().Single().Term.ShouldBe(2);

        Process Server(int index) => Start(
            [], "node", "server", Config, "--run-dir", RunPath(), "--listen", $"127.0.0.1:{_ports[index]}", "--connect", Servers, "--token-file", token);

        Process Worker(string name) => Start([], "node", "worker", "--connect", Servers, "--token-file", token, "--name", name);
    }

    private string Servers => string.Join(',', _ports.Select(port => $"127.0.0.1:{port}"));

    // The port after each is the server's too.
    private static IEnumerable<int> FreePorts(int count)
    {
        Socket[] sockets = [.. Enumerable.Range(0, count).Select(_ =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback.MapToIPv6(), 0));
            return socket;
        })];
        int[] ports = [.. sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port)];
        Array.ForEach(sockets, socket => socket.Dispose());
        return ports;
    }
}
