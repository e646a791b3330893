namespace DistSgd.Training.Wire;

/// <summary>What is wrong with bytes that a peer sent, or with a message that shall be sent.</summary>
public enum WireProblem
{
    /// <summary>The bytes end before what they declare.</summary>
    Truncated,

    /// <summary>The bytes are not MessagePack, or of another type than the protocol has there.</summary>
    Malformed,

    /// <summary>The frame does not begin with the magic number: the peer speaks something else.</summary>
    WrongMagic,

    /// <summary>The peer speaks another version of the protocol.</summary>
    WrongVersion,

    /// <summary>The version is ours, the type of message is not known.</summary>
    UnknownType,

    /// <summary>A length is beyond its limit.</summary>
    TooLarge,

    /// <summary>The bytes are not those that were sent.</summary>
    BadChecksum,

    /// <summary>A field has a value that the protocol does not allow.</summary>
    BadField,

    /// <summary>The message may not come here or now.</summary>
    OutOfPlace,
}

/// <summary>Bytes on the wire are not what the protocol allows; the connection that they came from is of no use any more.</summary>
/// <param name="problem">What is wrong.</param>
/// <param name="message">Where, what was found and what was expected.</param>
public sealed class WireException(WireProblem problem, string message) : Exception(message)
{
    /// <summary>What is wrong.</summary>
    public WireProblem Problem => problem;
}
