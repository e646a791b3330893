using System.Security.Cryptography;
using DistSgd.Learning;
using DistSgd.Training.Actors;
using DistSgd.Training.Wire;

namespace DistSgd.Hosting.Node;

/// <summary>The first words of a connection, for both sides; see <see cref="Hello"/> and what follows it.</summary>
internal static class Handshake
{
    /// <summary>The server's side up to the proof of who the node is; <see cref="Admit"/> or a refusal follows.</summary>
    /// <param name="connection">A new connection.</param>
    /// <param name="settings">What the server expects and tells.</param>
    /// <returns>Who the node is, and what it is to be told.</returns>
    /// <exception cref="RefusedException">The node is not taken.</exception>
    /// <exception cref="ConnectionLostException">It has gone.</exception>
    /// <exception cref="WireException">It does not speak the protocol.</exception>
    public static (Hello Hello, Welcome Welcome) Answer(NodeConnection connection, NodeServerSettings settings)
    {
        Hello hello = Expect<Hello>(connection);
        if (hello.Role != NodeRole.Worker)
        {
            throw new RefusedException(hello.Node, $"found the role {hello.Role}; expected a worker");
        }

        if (hello.Node == ActorId.Server.Name || hello.Node == ActorId.Monitor.Name)
        {
            throw new RefusedException(hello.Node, "this name is taken by a part of every run; give it another --name");
        }

        if (hello.RunId.Length > 0 && hello.RunId != settings.RunId)
        {
            throw new RefusedException(hello.Node, $"it belongs to the run {hello.RunId}; this server leads {settings.RunId}");
        }

        byte[] nonce = RandomNumberGenerator.GetBytes(WireLimits.NonceBytes);
        connection.Send(new Challenge(nonce));
        ChallengeAnswer answer = Expect<ChallengeAnswer>(connection);
        if (!Authentication.Verify(answer.Proof, settings.Token, ProvingSide.Node, nonce, answer.Nonce, hello.Node))
        {
            throw new RefusedException(hello.Node, "it does not know the token of the run");
        }

        byte[] proof = Authentication.Prove(settings.Token, ProvingSide.Server, nonce, answer.Nonce, hello.Node);
        return (hello, settings.Welcome(proof));
    }

    /// <summary>The server's last word to a node that it takes.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="settings">What the server expects and tells.</param>
    /// <param name="welcome">What the node is told.</param>
    public static void Admit(NodeConnection connection, NodeServerSettings settings, Welcome welcome)
    {
        connection.Decoder.Shape = settings.Shape;
        connection.Limits = settings.Limits;
        connection.Send(welcome);
    }

    /// <summary>The node's side.</summary>
    /// <param name="connection">A new connection.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="runId">The run that it belongs to; empty if it takes any.</param>
    /// <param name="token">The secret of the run.</param>
    /// <returns>What the server tells.</returns>
    /// <exception cref="RefusedException">The server does not take the node.</exception>
    /// <exception cref="InputException">The server does not know the token.</exception>
    /// <exception cref="ConnectionLostException">It has gone.</exception>
    /// <exception cref="WireException">It does not speak the protocol.</exception>
    public static Welcome Introduce(NodeConnection connection, string node, string runId, byte[] token)
    {
        connection.Send(new Hello(node, NodeRole.Worker, runId));
        Challenge challenge = Expect<Challenge>(connection);
        byte[] nonce = RandomNumberGenerator.GetBytes(WireLimits.NonceBytes);
        connection.Send(new ChallengeAnswer(nonce, Authentication.Prove(token, ProvingSide.Node, challenge.Nonce, nonce, node)));
        Welcome welcome = Expect<Welcome>(connection);
        if (!Authentication.Verify(welcome.Proof, token, ProvingSide.Server, challenge.Nonce, nonce, node))
        {
            throw new InputException("it does not know the token either: it is another run's server, or none");
        }

        connection.Limits = ConnectionLimits.OfHeartbeat(welcome.HeartbeatMs);
        return welcome;
    }

    private static T Expect<T>(NodeConnection connection)
        where T : class
    {
        while (true)
        {
            switch (connection.Receive())
            {
                case T expected: return expected;
                case Ping or Pong: break;
                case Refused refused: throw new RefusedException("", refused.Reason) { IsFinal = refused.IsFinal };
                case { } other:
                    throw new WireException(
                    WireProblem.OutOfPlace, $"Found {other.GetType().Name}; expected {typeof(T).Name}.");
            }
        }
    }
}

/// <summary>A node is not taken.</summary>
/// <param name="node">Its name, if it gave one.</param>
/// <param name="reason">Why: a clause without a full stop.</param>
internal sealed class RefusedException(string node, string reason) : Exception(reason)
{
    /// <summary>Its name, if it gave one.</summary>
    public string Node => node;

    /// <summary>Whether it is of no use to dial again.</summary>
    public bool IsFinal { get; init; } = true;
}
