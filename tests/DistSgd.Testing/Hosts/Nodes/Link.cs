using System.Net.Sockets;
using DistSgd.Hosting.Node;

namespace DistSgd.Testing.Hosts.Nodes;

/// <summary>A wire between a worker and its server: it can be cut, and stopped as if one of them were frozen.</summary>
public sealed class Link : IDisposable
{
    private readonly NodeAddress _server;
    private readonly Socket _listener;
    private readonly List<(Socket Worker, Socket Server)> _pairs = [];
    private readonly ManualResetEventSlim _flows = new(true);
    private bool _isDisposed;

    /// <summary>Lays the wire.</summary>
    /// <param name="server">Where the server listens.</param>
    public Link(NodeAddress server)
    {
        _server = server;
        (_listener, Address) = NodePlaces.Listen(NodePlaces.Like(server));
        new Thread(Accept) { IsBackground = true, Name = "link" }.Start();
    }

    /// <summary>Where the worker dials.</summary>
    public NodeAddress Address { get; }

    /// <summary>Cuts all connections; new ones are possible at once.</summary>
    public void Cut()
    {
        lock (_pairs)
        {
            foreach ((Socket worker, Socket server) in _pairs)
            {
                Close(worker);
                Close(server);
            }

            _pairs.Clear();
        }
    }

    /// <summary>Lets nothing through any more, in neither direction.</summary>
    public void Freeze() => _flows.Reset();

    /// <summary>Lets through what has gathered, and what comes.</summary>
    public void Thaw() => _flows.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _flows.Set();
        Close(_listener);
        if (Address.SocketPath is { } path)
        {
            File.Delete(path);
        }

        Cut();
    }

    private void Accept()
    {
        while (!_isDisposed)
        {
            try
            {
                Socket worker = _listener.Accept();
                Socket server = NodePlaces.Connect(_server);
                lock (_pairs)
                {
                    _pairs.Add((worker, server));
                }

                new Thread(() => Pump(worker, server)) { IsBackground = true, Name = "link up" }.Start();
                new Thread(() => Pump(server, worker)) { IsBackground = true, Name = "link down" }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The listener is closed, or the server gone: the worker finds out by itself.
            }
        }
    }

    // One direction may be over long before the other: a last word still gets through.
    private void Pump(Socket from, Socket to)
    {
        byte[] buffer = new byte[256 * 1024];
        try
        {
            for (int count; (count = from.Receive(buffer)) > 0;)
            {
                _flows.Wait();
                for (int sent = 0; sent < count; sent += to.Send(buffer.AsSpan(sent, count - sent)))
                {
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }

        _flows.Wait(); // who is frozen does not hang up either
        End(from, SocketShutdown.Receive);
        End(to, SocketShutdown.Send);
    }

    private static void End(Socket socket, SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone by itself.
        }
    }

    // Closing alone would not wake up whoever is waiting for the socket.
    private static void Close(Socket socket)
    {
        End(socket, SocketShutdown.Both);
        socket.Dispose();
    }
}
