using DistSgd.Hosting.Node;
using DistSgd.Learning;

namespace DistSgd.Hosting.Engines;

/// <summary>The engine of this project: workers dial one server, whose place they are told.</summary>
public sealed class NodeEngine : IClusterEngine
{
    /// <summary>What <c>--engine</c> calls it.</summary>
    public const string EngineName = "node";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IServerNode OpenServer(ServerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        RequireNone(place.Servers.Count, "--connect: a server of this engine leads alone");
        RequireNone(place.Data is null ? 0 : 1, "--data: everything travels over the address of --listen");
        RequireNone(place.LogPath is null ? 0 : 1, "--engine-log: this engine tells what it does in the run's log");
        return new ServerNode(NodeListener.Open(place.Listen));
    }

    /// <inheritdoc/>
    public IWorkerNode OpenWorker(WorkerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        RequireNone(place.Servers.Count - 1, "--connect: a run of this engine has one server; it was given more than once");
        RequireNone(place.LogPath is null ? 0 : 1, "--engine-log: this engine tells what it does in the worker's log");
        return new WorkerNode(place.Servers[0]);
    }

    private static void RequireNone(int count, string problem)
    {
        if (count > 0)
        {
            throw new InputException($"{problem} (--engine {EngineName}).");
        }
    }

    private sealed class ServerNode(NodeListener listener) : IServerNode
    {
        public NodeAddress Address => listener.Address;

        public int Run(Func<int> lead) => lead();

        public NodeCluster Wire(ClusterSetup setup, byte[] token) => new(setup, listener, token);

        public void Dispose() => listener.Dispose();
    }

    private sealed class WorkerNode(IServerLocator server) : IWorkerNode
    {
        public IServerLocator Server => server;

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
