using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using DistSgd.Akka.Nodes;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Training.Wire;
using AkkaCluster = Akka.Cluster.Cluster;

namespace DistSgd.Akka;

/// <summary>The node of a worker: asks the cluster which server leads.</summary>
internal sealed class AkkaWorkerNode : IWorkerNode, IServerLocator
{
    private const string ProxyName = "leader";

    // The proxy drops what is asked before it has found the leader.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Servers that have left form a cluster of their own when they are back; who was left behind would wait in vain.
    private static readonly TimeSpan LongestWithoutServer = TimeSpan.FromSeconds(3);

    private readonly WorkerPlace _place;
    private readonly ClusterNode _node;
    private long? _serverless;

    /// <summary>Opens the node.</summary>
    /// <param name="place">Where it looks for its server.</param>
    public AkkaWorkerNode(WorkerPlace place)
    {
        _place = place;
        _node = new ClusterNode(
            new ClusterNodeOptions { Role = "worker", Servers = place.Servers, Token = place.Token, LogPath = place.LogPath },
            static system => system.ActorOf(ClusterSingletonProxy.Props("/user/server", ClusterSingletonProxySettings.Create(system)), ProxyName));
    }

    /// <inheritdoc/>
    public IServerLocator Server => this;

    /// <inheritdoc/>
    public NodeAddress Find(TimeSpan limit)
    {
        long since = TimeProvider.System.GetTimestamp();
        string problem;
        do
        {
            problem = _node.Problem;
            if (_node.IsStranger)
            {
                throw new InputException($"{_place.Name}: {this}: {problem}.");
            }

            if (_node.Member is not { } system)
            {
                Thread.Sleep(Pause);
                continue;
            }

            RequireServer(system);
            problem = "the server of the cluster does not answer";
            switch (Ask(system))
            {
                case ServerFound found: return NodeAddress.Parse(found.Address, "the server's address");
                case Refused { IsFinal: true } refused: throw new InputException($"{_place.Name}: the server of the cluster at {this} refuses this worker: {refused.Reason}.");
                case Refused refused: throw new ServerNotFoundException($"refused: {refused.Reason}");
                default: break;
            }
        }
        while (TimeProvider.System.GetElapsedTime(since) < limit);
        throw new ServerNotFoundException(problem);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _place.Servers);

    /// <inheritdoc/>
    public void Dispose() => _node.Dispose();

    private void RequireServer(ActorSystem system)
    {
        if (AkkaCluster.Get(system).State.Members.Any(member => member.HasRole("server")))
        {
            _serverless = null;
            return;
        }

        const string Problem = "no member of the cluster has the role server";
        _serverless ??= TimeProvider.System.GetTimestamp();
        if (TimeProvider.System.GetElapsedTime(_serverless.Value) > LongestWithoutServer)
        {
            _serverless = null;
            _node.Rejoin(Problem);
        }

        throw new ServerNotFoundException(Problem);
    }

    private object? Ask(ActorSystem system)
    {
        try
        {
            return system.ActorSelection($"/user/{ProxyName}").Ask<object>(new FindServer(_place.Name, _place.Servers.Count), AskAgainAfter).Result;
        }
        catch (AggregateException e) when (e.InnerException is AskTimeoutException or TaskCanceledException)
        {
            return null;
        }
    }
}
