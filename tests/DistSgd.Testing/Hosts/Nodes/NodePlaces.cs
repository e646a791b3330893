using System.Net;
using System.Net.Sockets;
using DistSgd.Hosting.Node;

namespace DistSgd.Testing.Hosts.Nodes;

/// <summary>Addresses for servers of tests, and how a socket gets to them.</summary>
public static class NodePlaces
{
    /// <summary>A Unix domain socket that nobody has used before.</summary>
    /// <returns>Its address; the file goes with its listener.</returns>
    public static NodeAddress Unix() => NodeAddress.Unix(Path.Combine(Path.GetTempPath(), $"distsgd-{Guid.NewGuid():N}"));

    /// <summary>Any free TCP port of the loopback.</summary>
    /// <returns>The address to listen at; the one to dial is the listener's.</returns>
    public static NodeAddress Tcp() => NodeAddress.Parse("127.0.0.1:0", "test");

    /// <summary>A new address of the same kind.</summary>
    /// <param name="other">The other.</param>
    /// <returns>The address.</returns>
    public static NodeAddress Like(NodeAddress other) => other?.SocketPath is null ? Tcp() : Unix();

    /// <summary>Connects a plain socket.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="prepare">What is done with the socket before.</param>
    /// <returns>The socket, which blocks.</returns>
    public static Socket Connect(NodeAddress address, Action<Socket>? prepare = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        EndPoint end = address.SocketPath is { } path ? new UnixDomainSocketEndPoint(path) : IPEndPoint.Parse(address.ToString());
        var socket = new Socket(end.AddressFamily, SocketType.Stream, address.SocketPath is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        prepare?.Invoke(socket);
        socket.Connect(end);
        return socket;
    }

    /// <summary>Listens with a plain socket.</summary>
    /// <param name="address">Where.</param>
    /// <returns>The socket, and the address to dial.</returns>
    public static (Socket Socket, NodeAddress Address) Listen(NodeAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.SocketPath is { } path)
        {
            var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            unix.Bind(new UnixDomainSocketEndPoint(path));
            unix.Listen();
            return (unix, address);
        }

        var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(IPEndPoint.Parse(address.ToString()));
        tcp.Listen();
        return (tcp, NodeAddress.Parse(tcp.LocalEndPoint!.ToString()!, "test"));
    }
}
