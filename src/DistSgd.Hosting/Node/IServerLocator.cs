namespace DistSgd.Hosting.Node;

/// <summary>Knows where the server of a run accepts workers; as text it is the place that the user named.</summary>
public interface IServerLocator
{
    /// <summary>Finds out where the server is just now.</summary>
    /// <param name="limit">How long that may take.</param>
    /// <returns>The address to dial.</returns>
    /// <exception cref="ServerNotFoundException">Nobody knows; it may be worth asking again.</exception>
    /// <exception cref="Learning.InputException">This node is not wanted.</exception>
    NodeAddress Find(TimeSpan limit);
}

/// <summary>Nobody tells where the server of a run is.</summary>
/// <param name="problem">Why: a clause without a full stop.</param>
public sealed class ServerNotFoundException(string problem) : Exception(problem);
