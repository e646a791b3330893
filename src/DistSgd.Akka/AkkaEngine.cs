using DistSgd.Akka.Nodes;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Node;
using DistSgd.Learning;

namespace DistSgd.Akka;

/// <summary>
/// The Akka.NET engine: nodes find each other, and notice each other's end, as members of an Akka.Cluster; the server is the cluster's
/// singleton, so one of several takes over where the one that led has gone.
/// </summary>
public sealed class AkkaEngine : IClusterEngine
{
    /// <summary>What <c>--engine</c> calls it.</summary>
    public const string EngineName = "akka";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IServerNode OpenServer(ServerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        RequireDialable(place.Listen, "--listen");
        foreach (NodeAddress server in place.Servers)
        {
            RequireDialable(server, "--connect");
        }

        if (place.Servers.Count > 0 && !place.Servers.Contains(place.Listen))
        {
            throw new InputException(
                $"--connect: {string.Join(", ", place.Servers)} lacks this server's own address, {place.Listen} (--listen); "
                + "all nodes are given the same servers in the same order.");
        }

        if (place.Token is null && !ClusterSettings.IsLoopback(place.Listen.Host!))
        {
            throw new InputException(
                $"--listen {place.Listen}: nodes of other machines prove themselves with the run's token; give --token-file FILE. "
                + "Make one with: openssl rand -hex 32 > FILE");
        }

        return new AkkaServerNode(place);
    }

    /// <inheritdoc/>
    public IWorkerNode OpenWorker(WorkerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        foreach (NodeAddress server in place.Servers)
        {
            RequireDialable(server, "--connect");
        }

        return new AkkaWorkerNode(place);
    }

    /// <summary>Akka calls every node by one address, which is also the one that the others dial.</summary>
    private static void RequireDialable(NodeAddress address, string option)
    {
        if (address.Host is not { } host || address.Local != address || Uri.CheckHostName(host) == UriHostNameType.IPv6)
        {
            throw new InputException(
                $"{option}: '{address}' is no address of an Akka node; expected HOST:PORT with the name or IPv4 address that other nodes dial.");
        }
    }
}
