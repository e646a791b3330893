using System.Collections.Concurrent;
using System.Diagnostics;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Hosting.Tests.Runs;

namespace DistSgd.Hosting.Tests.Supervision;

/// <summary>A supervised cluster whose nodes are small shell scripts.</summary>
internal sealed class ShellCluster : INodeLauncher, IDisposable
{
    /// <summary>Listens, answers interruptions, and ends like a node when its parent is gone.</summary>
    public const string GoodServer = """
        echo "listening $1"
        while read -r line; do
          case "$line" in "interrupt SIGINT") exit 130;; "interrupt SIGTERM") exit 143;; done) exit 0;; esac
        done
        exit 143
        """;

    /// <summary>Works until its standard input ends.</summary>
    public const string GoodWorker = "while read -r line; do :; done; exit 0";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<string> _starts = new();
    private readonly ConcurrentQueue<string> _notices = new();
    private Task<ClusterEnd>? _running;

    public ShellCluster() => Run = RunDirectory.OpenUnchecked(_directory.Path);

    /// <summary>The script of the server's life with that number, from 0; its first argument is the address.</summary>
    public Func<int, string> Server { get; init; } = _ => GoodServer;

    /// <summary>The script of a worker, by its name and the number of its life.</summary>
    public Func<string, int, string> Worker { get; init; } = (_, _) => GoodWorker;

    public int Workers { get; init; } = 2;

    public bool Respawns { get; init; } = true;

    public string Address { get; init; } = "unix:/nowhere";

    public RunDirectory Run { get; }

    public ClusterSupervisor Supervisor { get; private set; } = null!;

    public string[] Notices => [.. _notices];

    /// <summary>Name and address of every process that was started.</summary>
    public string[] Starts => [.. _starts];

    public ClusterFile File => ClusterFile.Read(Run);

    public void Start()
    {
        var plan = new ClusterPlan { Run = Run, Launcher = this, Address = NodeAddress.Parse(Address, "address"), Workers = Workers, Respawns = Respawns };
        Supervisor = new ClusterSupervisor(plan, TimeProvider.System, _notices.Enqueue);
        _running = Task.Factory.StartNew(Supervisor.Run, TaskCreationOptions.LongRunning);
    }

    public ClusterEnd AwaitEnd()
    {
        _running!.Wait(Limit).ShouldBeTrue($"the cluster did not end; notices: {string.Join("; ", Notices)}");
        return _running.Result;
    }

    public ClusterEnd RunToEnd()
    {
        Start();
        return AwaitEnd();
    }

    public void AwaitStarts(int count) => Await(() => _starts.Count >= count, $"{count} starts");

    public void Await(Func<bool> condition, string what) =>
        SpinWait.SpinUntil(condition, Limit).ShouldBeTrue($"no {what}; notices: {string.Join("; ", Notices)}");

    /// <summary>The node's process, as cluster.json tells once it is written.</summary>
    public NodeEntry Entry(string name, int restarts = 0)
    {
        NodeEntry? entry = null;
        Await(
            () => System.IO.File.Exists(Run.ClusterPath)
                && (entry = File.Nodes.Single(node => node.Name == name)) is { Pid: not null, State: NodeState.Running } && entry.Restarts == restarts,
            $"life {restarts} of {name}");
        return entry!;
    }

    public void KillNode(string name, int restarts = 0)
    {
        using var process = Process.GetProcessById(Entry(name, restarts).Pid!.Value);
        process.Kill();
    }

    public void Dispose()
    {
        Supervisor.Kill(ExitCodes.Failed);
        AwaitEnd();
        Supervisor.Dispose();
        _directory.Dispose();
    }

    NodeStart INodeLauncher.Server(NodeAddress address) => Shell("server", Server(LifeOf("server")), address.ToString());

    NodeStart INodeLauncher.Worker(string name, NodeAddress address) => Shell(name, Worker(name, LifeOf(name)), address.ToString());

    private int LifeOf(string name) => _starts.Count(start => start.StartsWith(name + " ", StringComparison.Ordinal));

    private NodeStart Shell(string name, string script, string address)
    {
        _starts.Enqueue($"{name} {address}");
        return new NodeStart("/bin/sh", ["-c", script, name, address]);
    }
}
