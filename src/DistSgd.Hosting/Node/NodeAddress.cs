using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DistSgd.Learning;

namespace DistSgd.Hosting.Node;

/// <summary>Where a server listens: a Unix domain socket on this machine, or a TCP port.</summary>
public sealed record NodeAddress : IServerLocator
{
    /// <summary>Bytes of the path of a Unix domain socket, at most; the system's structure for it has no room for more.</summary>
    public const int SocketPathBytesMax = 100;

    private const string UnixPrefix = "unix:";

    private readonly string _host;
    private readonly int _port;

    private NodeAddress(string host, int port) => (_host, _port) = (host, port);

    /// <summary>Path of the Unix domain socket; null for TCP.</summary>
    public string? SocketPath => _port < 0 ? _host : null;

    /// <summary>Whether the system is to choose the port, so that nobody can dial before it has.</summary>
    public bool LeavesPortOpen => _port == 0;

    /// <summary>Name or address of the machine; null for a Unix domain socket.</summary>
    public string? Host => _port < 0 ? null : _host;

    /// <summary>The port; -1 for a Unix domain socket.</summary>
    public int Port => _port;

    /// <summary>The address that workers on the server's machine dial: one that listens everywhere listens on loopback too.</summary>
    public NodeAddress Local => IPAddress.TryParse(_host, out IPAddress? any) && (any.Equals(IPAddress.Any) || any.Equals(IPAddress.IPv6Any))
        ? new NodeAddress((any.Equals(IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback).ToString(), _port)
        : this;

    /// <summary>A Unix domain socket.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The address.</returns>
    /// <exception cref="InputException">The path is too long for a socket.</exception>
    public static NodeAddress Unix(string path)
    {
        string full = Path.GetFullPath(path);
        int bytes = Encoding.UTF8.GetByteCount(full);
        return bytes <= SocketPathBytesMax ? new NodeAddress(full, -1) : throw new InputException(
            $"{UnixPrefix}{path}: the path of the socket, {full}, has {bytes} bytes; expected at most {SocketPathBytesMax}.");
    }

    /// <summary>A TCP port.</summary>
    /// <param name="host">Name or address of the machine.</param>
    /// <param name="port">The port, from 0 (the system is to choose) to 65535.</param>
    /// <returns>The address.</returns>
    public static NodeAddress Tcp(string host, int port)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)port, (uint)IPEndPoint.MaxPort, nameof(port));
        return new NodeAddress(host, port);
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text"><c>unix:PATH</c> or <c>HOST:PORT</c>; an IPv6 address stands in brackets.</param>
    /// <param name="option">What the user gave it as, for the message.</param>
    /// <returns>The address.</returns>
    /// <exception cref="InputException">It is none.</exception>
    public static NodeAddress Parse(string text, string option)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) && text.Length > UnixPrefix.Length)
        {
            return Unix(text[UnixPrefix.Length..]);
        }

        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon].Trim('[', ']');
        bool isNumber = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port);
        bool isHost = host.Length > 0 && (Uri.CheckHostName(host) != UriHostNameType.Unknown);
        return isHost && isNumber && port <= IPEndPoint.MaxPort ? new NodeAddress(host, port) : throw new InputException(
            $"{option}: '{text}' is no address; expected unix:PATH or HOST:PORT with a port from 0 to {IPEndPoint.MaxPort}.");
    }

    /// <inheritdoc/>
    NodeAddress IServerLocator.Find(TimeSpan limit) => this;

    /// <summary>Listens at the address.</summary>
    /// <returns>The socket, listening.</returns>
    /// <exception cref="InputException">The address is taken, or none of this machine's.</exception>
    internal Socket Listen()
    {
        Socket socket = CreateSocket();
        try
        {
            socket.Bind(SocketPath is { } path ? new UnixDomainSocketEndPoint(Vacant(path)) : new IPEndPoint(Resolve(), _port));
            socket.Listen(128);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            string what = e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? "another program listens there already; choose another address, or end that program"
                : e.Message;
            throw new InputException($"Cannot listen at {this}: {what}.", e);
        }
    }

    /// <summary>Dials the address; tries every address of the host once.</summary>
    /// <param name="limit">How long to wait for an answer.</param>
    /// <returns>The socket, connected.</returns>
    /// <exception cref="SocketException">Nobody answers.</exception>
    internal Socket Dial(TimeSpan limit)
    {
        if (SocketPath is { } path)
        {
            return Dial(new UnixDomainSocketEndPoint(path), limit);
        }

        SocketException? failure = null;
        foreach (IPAddress address in Dns.GetHostAddresses(_host))
        {
            try
            {
                return Dial(new IPEndPoint(address, _port), limit);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>The address that a socket got which asked for any port.</summary>
    /// <param name="socket">The socket, listening.</param>
    /// <returns>The address to dial.</returns>
    internal NodeAddress ActualOf(Socket socket) => socket.LocalEndPoint is IPEndPoint ip ? new NodeAddress(_host, ip.Port) : this;

    /// <inheritdoc/>
    public override string ToString() => SocketPath is { } path ? UnixPrefix + path
        : _host.Contains(':', StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"[{_host}]:{_port}")
        : string.Create(CultureInfo.InvariantCulture, $"{_host}:{_port}");

    /// <summary>A socket file that nobody listens at is what a killed server left; it is in the way of the next one.</summary>
    /// <exception cref="InputException">The file is something else.</exception>
    private static string Vacant(string path)
    {
        if (File.Exists(path) && !HasListener(path))
        {
            RequireSocket(path);
            File.Delete(path);
        }

        return path;
    }

    private static bool HasListener(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    // The system says the same of any file that is dialed. But a socket cannot be opened, and so tells itself from a file of the user's.
    private static void RequireSocket(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }
        catch (IOException)
        {
            return;
        }
        catch (UnauthorizedAccessException)
        {
            // Whatever it is, it is not ours to delete.
        }

        throw new InputException($"Cannot listen at {UnixPrefix}{path}: found a file that is no socket; choose another path.");
    }

    // The asynchronous way would leave the socket with the runtime's own poller for good, which then wakes up for every byte.
    private static Socket Dial(EndPoint end, TimeSpan limit)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, end is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            // A Unix domain socket is connected at once, or not at all if too many dial a server that answers nobody.
            socket.Blocking = false;
            if (end is IPEndPoint)
            {
                AwaitConnection(socket, end, limit);
            }
            else
            {
                socket.Connect(end);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void AwaitConnection(Socket socket, EndPoint end, TimeSpan limit)
    {
        try
        {
            socket.Connect(end);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(limit, SelectMode.SelectWrite))
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int error and not 0)
            {
                throw new SocketException(error);
            }
        }
    }

    private Socket CreateSocket() => SocketPath is not null
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(SocketType.Stream, ProtocolType.Tcp);

    // A socket for both families takes the addresses of the older one in the form of the newer.
    private IPAddress Resolve()
    {
        try
        {
            IPAddress address = IPAddress.TryParse(_host, out IPAddress? literal) ? literal : Dns.GetHostAddresses(_host)[0];
            return Socket.OSSupportsIPv6 ? address.MapToIPv6() : address;
        }
        catch (SocketException e)
        {
            throw new InputException($"Cannot listen at {this}: {e.Message}.", e);
        }
    }
}
