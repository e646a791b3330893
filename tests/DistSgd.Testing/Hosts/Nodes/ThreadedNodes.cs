using DistSgd.Hosting;
using DistSgd.Hosting.Mailbox;
using DistSgd.Hosting.Node;
using DistSgd.Training.Server;

namespace DistSgd.Testing.Hosts.Nodes;

/// <summary>A run over real sockets whose server and workers are threads of the test.</summary>
public sealed class ThreadedNodes : IElasticCluster
{
    private readonly int _firstWorkers;
    private readonly bool _isLinked;
    private readonly NodeListener _listener;
    private readonly NodeCluster _cluster;
    private readonly List<WorkerThread> _workers = [];
    private readonly Dictionary<string, Link> _links = [];

    /// <summary>Wires the run.</summary>
    /// <param name="setup">The run; as many workers as its config has come at the start.</param>
    /// <param name="address">Where the server listens.</param>
    /// <param name="isLinked">Whether workers dial through links, which can be cut.</param>
    /// <param name="firstWorkers">How many workers come at the start, if others than the config's.</param>
    /// <param name="createStage">Makes the stage of the server's actors, if it is to be another than the node host's.</param>
    public ThreadedNodes(
        ClusterSetup setup, NodeAddress address, bool isLinked = false, int? firstWorkers = null, ActorStageFactory? createStage = null)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _firstWorkers = firstWorkers ?? setup.Config.Cluster.Workers;
        _isLinked = isLinked;
        _listener = NodeListener.Open(address);
        _cluster = new NodeCluster(setup, _listener, Token, createStage);
    }

    /// <summary>The secret of the runs of tests.</summary>
    public static byte[] Token { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>Where the server listens.</summary>
    public NodeAddress Address => _listener.Address;

    /// <inheritdoc/>
    public long Step => _cluster.Step;

    /// <summary>Number of workers that are connected.</summary>
    public int Connected => _cluster.Connected;

    /// <inheritdoc/>
    public RunResult Run()
    {
        for (int w = 0; w < _firstWorkers; w++)
        {
            Join($"worker-{w}");
        }

        RunResult result = _cluster.Run();
        EndWorkers();
        return _workers.Find(worker => worker.Failure is not null) is { } failed
            ? throw new InvalidOperationException($"{failed.Name} failed.", failed.Failure)
            : result;
    }

    /// <inheritdoc/>
    public void Interrupt(string reason) => _cluster.Interrupt(reason);

    /// <inheritdoc/>
    public void Join(string name)
    {
        lock (_workers)
        {
            NodeAddress server = Address;
            if (_isLinked)
            {
                _links[name] = new Link(Address);
                server = _links[name].Address;
            }

            _workers.Add(new WorkerThread(WorkerThread.Settings(name, server, Token)));
        }
    }

    /// <inheritdoc/>
    public void Leave(string name) => Worker(name).Leave("the test says so");

    /// <inheritdoc/>
    public void Cut(string name) => Link(name).Cut();

    /// <summary>The wire between a worker and the server.</summary>
    /// <param name="name">Name of the worker.</param>
    /// <returns>The link.</returns>
    public Link Link(string name)
    {
        lock (_workers)
        {
            return _links[name];
        }
    }

    /// <summary>A worker that has come.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The worker.</returns>
    public WorkerThread Worker(string name)
    {
        lock (_workers)
        {
            return _workers.Last(worker => worker.Name == name);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cluster.Dispose();
        EndWorkers();
        foreach (Link link in _links.Values)
        {
            link.Dispose();
        }
    }

    private void EndWorkers()
    {
        WorkerThread[] workers;
        lock (_workers)
        {
            workers = [.. _workers];
        }

        foreach (WorkerThread worker in workers)
        {
            worker.Leave("the test is over");
        }

        foreach (WorkerThread worker in workers)
        {
            worker.Join();
        }
    }
}
