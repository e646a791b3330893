using DistSgd.Hosting.Node;

namespace DistSgd.Hosting.Engines;

/// <summary>What carries a cluster: how its nodes find each other, and who of them leads.</summary>
public interface IClusterEngine
{
    /// <summary>What <c>--engine</c> calls it.</summary>
    string Name { get; }

    /// <summary>Opens the node of a server; other nodes can find it from now on.</summary>
    /// <param name="place">Where it is, and how it finds the others.</param>
    /// <returns>The node.</returns>
    /// <exception cref="Learning.InputException">The place is taken, or none of this machine's, or not one for this engine.</exception>
    IServerNode OpenServer(ServerPlace place);

    /// <summary>Opens the node of a worker.</summary>
    /// <param name="place">Where it looks for its server.</param>
    /// <returns>The node.</returns>
    /// <exception cref="Learning.InputException">The place is not one for this engine.</exception>
    IWorkerNode OpenWorker(WorkerPlace place);
}

/// <summary>The node of a server.</summary>
public interface IServerNode : IDisposable
{
    /// <summary>What workers are told to connect to.</summary>
    NodeAddress Address { get; }

    /// <summary>Waits until this node is to lead, and has it lead; again if another node had to take its place meanwhile.</summary>
    /// <param name="lead">Leads the run on the calling thread and gives its exit code.</param>
    /// <returns>The exit code of the run; one of <see cref="ExitCodes"/> too if the node was asked to end before it led.</returns>
    int Run(Func<int> lead);

    /// <summary>Wires the run that this node leads.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="token">Its secret.</param>
    /// <returns>Its server and monitor; the workers find it.</returns>
    NodeCluster Wire(ClusterSetup setup, byte[] token);
}

/// <summary>The node of a worker.</summary>
public interface IWorkerNode : IDisposable
{
    /// <summary>Where its server is.</summary>
    IServerLocator Server { get; }
}
