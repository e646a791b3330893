using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>What a server tells the nodes that join it, and what it expects of them.</summary>
internal sealed record NodeServerSettings
{
    /// <summary>The secret of the run.</summary>
    public required byte[] Token { get; init; }

    /// <summary>Name of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>Term of the server.</summary>
    public required int Term { get; init; }

    /// <summary>The run's config, resolved.</summary>
    public required string ConfigYaml { get; init; }

    /// <summary>Digest of its numeric part.</summary>
    public required string ConfigDigest { get; init; }

    /// <summary>Digest of the data set.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Shape of the run's messages.</summary>
    public required RunShape Shape { get; init; }

    /// <summary>Examples that a step takes from a shard; null where sums are not of data.</summary>
    public Func<long, int, int>? ExamplesOf { get; init; }

    /// <summary>How long a node may be silent.</summary>
    public required ConnectionLimits Limits { get; init; }

    /// <summary>The last message of the handshake.</summary>
    /// <param name="proof">The proof that the server knows the token.</param>
    /// <returns>The message.</returns>
    public Welcome Welcome(byte[] proof) =>
        new(proof, Term, RunId, ConfigYaml, ConfigDigest, DataSha256, (int)Limits.Heartbeat.TotalMilliseconds);
}
