namespace DistSgd.Training.Wire;

// The first words of a connection, in this order: the worker's Hello, the server's Challenge, the worker's ChallengeAnswer, the server's
// Welcome. A server that does not go along answers with Refused and closes. No message of the training comes before the Welcome.

/// <summary>What a node is to a run.</summary>
public enum NodeRole
{
    /// <summary>Holds shards and computes gradients.</summary>
    Worker = 1,

    /// <summary>Asks for state, and takes no part.</summary>
    Observer = 2,
}

/// <summary>A node says who it is.</summary>
/// <param name="Node">Its name, unique in the run.</param>
/// <param name="Role">What it wants to be.</param>
/// <param name="RunId">The run that it belongs to; empty if it takes any.</param>
public sealed record Hello(string Node, NodeRole Role, string RunId);

/// <summary>The server asks for a proof that the node knows the run's token.</summary>
/// <param name="Nonce">Random bytes, new for every connection; <see cref="WireLimits.NonceBytes"/> of them.</param>
public sealed record Challenge(byte[] Nonce);

/// <summary>The node proves it, and asks the same of the server.</summary>
/// <param name="Nonce">Random bytes of the node.</param>
/// <param name="Proof">See <see cref="Authentication"/>.</param>
public sealed record ChallengeAnswer(byte[] Nonce, byte[] Proof);

/// <summary>The server proves itself, and tells the node all that it needs to take part.</summary>
/// <param name="Proof">See <see cref="Authentication"/>.</param>
/// <param name="Term">Term of the server.</param>
/// <param name="RunId">The run.</param>
/// <param name="ConfigYaml">The run's config, resolved.</param>
/// <param name="ConfigDigest">Digest of its numeric part.</param>
/// <param name="DataSha256">Digest of the data set, which the node must have.</param>
/// <param name="HeartbeatMs">How often each side lets the other hear of it, in milliseconds.</param>
public sealed record Welcome(
    byte[] Proof, int Term, string RunId, string ConfigYaml, string ConfigDigest, string DataSha256, int HeartbeatMs);

/// <summary>The server does not take the node; the connection ends.</summary>
/// <param name="Reason">Why, for a person.</param>
/// <param name="IsFinal">True if it is of no use to dial again.</param>
public sealed record Refused(string Reason, bool IsFinal);

/// <summary>A sign of life that asks for one.</summary>
/// <param name="Number">Comes back in the <see cref="Pong"/>.</param>
public sealed record Ping(long Number);

/// <summary>The answer to a <see cref="Ping"/>.</summary>
/// <param name="Number">The number of the ping.</param>
public sealed record Pong(long Number);

/// <summary>A node goes on purpose: nobody waits for it.</summary>
/// <param name="Reason">Why, for the log.</param>
public sealed record Leave(string Reason);

/// <summary>The run is over; the node ends.</summary>
/// <param name="Outcome">One of <see cref="Monitoring.Events.RunOutcomes"/>.</param>
public sealed record RunEnded(string Outcome);

// Where nodes find each other through a cluster of its own, as Akka's, a worker asks there which server leads before it dials.

/// <summary>A worker asks where the server of the run accepts it; answered by <see cref="ServerFound"/> or <see cref="Refused"/>.</summary>
/// <param name="Node">Name of the worker, unique in the run.</param>
/// <param name="Servers">Number of servers that it was told of: all nodes must be told of the same, or they would part in different ways.</param>
public sealed record FindServer(string Node, int Servers);

/// <summary>The answer to <see cref="FindServer"/>.</summary>
/// <param name="RunId">The run; empty while the server has only begun to lead.</param>
/// <param name="Address">Where it accepts workers, <c>unix:PATH</c> or <c>HOST:PORT</c>.</param>
public sealed record ServerFound(string RunId, string Address);
