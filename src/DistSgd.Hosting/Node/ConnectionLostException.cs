namespace DistSgd.Hosting.Node;

/// <summary>A connection is of no use any more; a new one may be.</summary>
/// <param name="reason">Why, for a person: a clause without a full stop.</param>
internal sealed class ConnectionLostException(string reason) : Exception(reason);
