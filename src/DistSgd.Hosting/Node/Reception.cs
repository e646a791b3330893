using System.Net;
using System.Net.Sockets;
using DistSgd.Training.Wire;

namespace DistSgd.Hosting.Node;

/// <summary>Meets whoever dials, each on a thread of its own, and lets in those who prove that they belong to the run.</summary>
/// <param name="listener">Where peers dial.</param>
/// <param name="settings">What the server expects and tells.</param>
/// <param name="clock">The time.</param>
/// <param name="refusals">Told of those who are turned away.</param>
/// <param name="admit">Receives those who have proved it, and keeps them until they go.</param>
internal sealed class Reception(
    NodeListener listener, NodeServerSettings settings, TimeProvider clock, Refusals refusals, Action<NodeConnection, Hello, Welcome> admit)
{
    private static readonly string TooLate =
        FormattableString.Invariant($"it did not say who it is; expected a proof within {ConnectionLimits.Handshake.TotalSeconds} s");

    private int _strangers;

    /// <summary>Begins, until the listener is closed.</summary>
    public void Start() => new Thread(AcceptPeers) { IsBackground = true, Name = "accept" }.Start();

    private void AcceptPeers()
    {
        while (listener.Accept() is { } socket)
        {
            if (Interlocked.Increment(ref _strangers) > ConnectionLimits.StrangersMax)
            {
                Interlocked.Decrement(ref _strangers);
                socket.Dispose();
                continue;
            }

            new Thread(() => Receive(socket)) { IsBackground = true, Name = "peer" }.Start();
        }
    }

    private void Receive(Socket socket)
    {
        if (Connect(socket) is not { } connection)
        {
            return;
        }

        using (connection)
        {
            if (Meet(connection, AddressOf(socket)) is var (hello, welcome))
            {
                admit(connection, hello, welcome);
            }
        }
    }

    // A socket for both families tells the addresses of the older one in the form of the newer.
    private static string AddressOf(Socket socket) => socket.RemoteEndPoint is not IPEndPoint ip ? "a local peer"
        : ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port).ToString()
        : ip.ToString();

    private NodeConnection? Connect(Socket socket)
    {
        try
        {
            // Whoever does not prove who he is in time is closed, however much he talks; so silence is given longer.
            return new NodeConnection(socket, new ConnectionLimits(2 * ConnectionLimits.Handshake), clock);
        }
        catch (SocketException)
        {
            Interlocked.Decrement(ref _strangers);
            socket.Dispose(); // it was gone before it was met
            return null;
        }
    }

    private (Hello Hello, Welcome Welcome)? Meet(NodeConnection connection, string address)
    {
        try
        {
            using ITimer limit = clock.CreateTimer(
                _ => connection.Close(TooLate), null, ConnectionLimits.Handshake, Timeout.InfiniteTimeSpan);
            return Handshake.Answer(connection, settings);
        }
        catch (RefusedException e)
        {
            Refuse(connection, e.Node, e.Message);
        }
        catch (WireException e)
        {
            Refuse(connection, address, e.Message.TrimEnd('.'));
        }
        catch (ConnectionLostException) when (connection.ClosedBecause == TooLate)
        {
            refusals.Report(address, TooLate);
        }
        catch (ConnectionLostException)
        {
            // Whoever only looks whether somebody listens is no news.
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
        }

        return null;
    }

    private void Refuse(NodeConnection connection, string name, string reason)
    {
        refusals.Report(name, reason);
        connection.Refuse(reason, isFinal: true);
    }
}
