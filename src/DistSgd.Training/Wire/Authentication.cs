using System.Security.Cryptography;
using System.Text;

namespace DistSgd.Training.Wire;

/// <summary>Who proves to know the token.</summary>
public enum ProvingSide
{
    /// <summary>The node that dialed.</summary>
    Node,

    /// <summary>The server that was dialed.</summary>
    Server,
}

/// <summary>
/// Proofs that a peer knows the run's token, which never travels: HMAC-SHA256, keyed with the token, over what both sides said.
/// </summary>
/// <remarks>
/// The text of a proof is: purpose and side in ASCII, both nonces, the node's name. The side keeps an answer from being reflected to its
/// author, the nonces from being used again, the name from being lent.
/// </remarks>
public static class Authentication
{
    /// <summary>Bytes of a token, at least.</summary>
    public const int TokenBytesMin = 16;

    /// <summary>Computes a proof.</summary>
    /// <param name="token">The run's token.</param>
    /// <param name="side">Who proves.</param>
    /// <param name="serverNonce">The server's nonce.</param>
    /// <param name="nodeNonce">The node's nonce.</param>
    /// <param name="node">Name of the node, as in its <see cref="Hello"/>.</param>
    /// <returns>The proof.</returns>
    /// <exception cref="ArgumentException">Token or nonces have no proper length.</exception>
    public static byte[] Prove(
        ReadOnlySpan<byte> token, ProvingSide side, ReadOnlySpan<byte> serverNonce, ReadOnlySpan<byte> nodeNonce, string node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (token.Length < TokenBytesMin)
        {
            throw new ArgumentException($"The token has {token.Length} bytes; expected at least {TokenBytesMin}.", nameof(token));
        }

        RequireNonce(serverNonce.Length, nameof(serverNonce));
        RequireNonce(nodeNonce.Length, nameof(nodeNonce));
        ReadOnlySpan<byte> purpose = side == ProvingSide.Node ? "distsgd/1 node\0"u8 : "distsgd/1 server\0"u8;
        return HMACSHA256.HashData(token, [.. purpose, .. serverNonce, .. nodeNonce, .. Encoding.UTF8.GetBytes(node)]);
    }

    /// <summary>Checks a proof; takes as long for a wrong one as for a right one.</summary>
    /// <param name="proof">What the peer sent.</param>
    /// <param name="token">The run's token.</param>
    /// <param name="side">Who proves.</param>
    /// <param name="serverNonce">The server's nonce.</param>
    /// <param name="nodeNonce">The node's nonce.</param>
    /// <param name="node">Name of the node, as in its <see cref="Hello"/>.</param>
    /// <returns>True if the peer knows the token.</returns>
    public static bool Verify(
        ReadOnlySpan<byte> proof,
        ReadOnlySpan<byte> token,
        ProvingSide side,
        ReadOnlySpan<byte> serverNonce,
        ReadOnlySpan<byte> nodeNonce,
        string node) => CryptographicOperations.FixedTimeEquals(proof, Prove(token, side, serverNonce, nodeNonce, node));

    private static void RequireNonce(int length, string name)
    {
        if (length != WireLimits.NonceBytes)
        {
            throw new ArgumentException($"The nonce has {length} bytes; expected {WireLimits.NonceBytes}.", name);
        }
    }
}
