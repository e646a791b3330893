using DistSgd.Hosting.Node;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>The host of one process a node, over sockets of a kind.</summary>
public abstract class NodeConformanceTests : MembershipConformance
{
    protected abstract NodeAddress Address();

    protected override ITrainingCluster Create(ClusterSetup setup) => new ThreadedNodes(setup, Address());

    protected override IElasticCluster CreateElastic(ClusterSetup setup) => new ThreadedNodes(setup, Address(), isLinked: true);

    protected override IHostedActors Host(ActorCast cast) => new HostedNodeActors(cast, Address());
}

public sealed class UnixNodeConformanceTests : NodeConformanceTests
{
    protected override NodeAddress Address() => NodePlaces.Unix();
}

public sealed class TcpNodeConformanceTests : NodeConformanceTests
{
    protected override NodeAddress Address() => NodePlaces.Tcp();
}
