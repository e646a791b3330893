using System.Net.Sockets;
using DistSgd.Learning;

namespace DistSgd.Hosting.Node;

/// <summary>A server's socket: peers can dial from now on, and are answered once somebody accepts them.</summary>
public sealed class NodeListener : IDisposable
{
    private readonly Socket _socket;
    private readonly CancellationTokenSource _closing = new();

    private NodeListener(Socket socket, NodeAddress address) => (_socket, Address) = (socket, address);

    /// <summary>Where it listens; with the port that the system chose.</summary>
    public NodeAddress Address { get; }

    /// <summary>Listens.</summary>
    /// <param name="address">Where.</param>
    /// <returns>The listener.</returns>
    /// <exception cref="InputException">The address is taken, or none of this machine's.</exception>
    public static NodeListener Open(NodeAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Socket socket = address.Listen();
        return new NodeListener(socket, address.ActualOf(socket));
    }

    /// <summary>Waits for the next peer.</summary>
    /// <returns>Its socket; null once the listener is closed.</returns>
    internal Socket? Accept()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                return _socket.AcceptAsync(_closing.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException)
            {
                // The listener is being closed; or too many files are open, or a peer went while it was being accepted.
                _closing.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
            }
        }

        return null;
    }

    /// <summary>Closes the socket and removes its file.</summary>
    public void Dispose()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        _closing.Cancel();
        _socket.Dispose();
        if (Address.SocketPath is { } path)
        {
            File.Delete(path);
        }
    }
}
