using DistSgd.Hosting.Node;

namespace DistSgd.Hosting.Supervision;

/// <summary>How the nodes of a cluster are started.</summary>
public interface INodeLauncher
{
    /// <summary>The server of a run that may have begun already: then it goes on from its newest checkpoint.</summary>
    /// <param name="address">Where it is to accept workers.</param>
    /// <returns>How to start it.</returns>
    NodeStart Server(NodeAddress address);

    /// <summary>A worker.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">Where the server accepts it.</param>
    /// <returns>How to start it.</returns>
    NodeStart Worker(string name, NodeAddress address);
}
