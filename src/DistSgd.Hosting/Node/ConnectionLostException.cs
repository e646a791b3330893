namespace DistSgd.Hosting.Node;

/// <summary>A connection is of no use any more; a new one may be.</summary>
/// <param name="reason">Why, for a person: a clause without a full stop.</param>
/// <param name="cause">What was caught; null if nothing was.</param>
internal sealed class ConnectionLostException(string reason, Exception? cause = null) : Exception(reason, cause);
