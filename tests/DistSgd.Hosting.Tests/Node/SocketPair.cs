using System.Net.Sockets;
using DistSgd.Hosting.Node;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>Two sockets that are connected with each other, and how they were made.</summary>
internal sealed class SocketPair : IDisposable
{
    public SocketPair(bool unix = true, int? bufferBytes = null)
    {
        (Socket listener, NodeAddress address) = NodePlaces.Listen(unix ? NodePlaces.Unix() : NodePlaces.Tcp());
        using (listener)
        {
            // A size that is set, be it the one that it has, is kept; the system's own grows.
            if (bufferBytes is { } size)
            {
                listener.ReceiveBufferSize = size;
            }

            Near = NodePlaces.Connect(address, socket =>
            {
                if (bufferBytes is { } bytes)
                {
                    socket.SendBufferSize = bytes;
                }
            });
            Far = listener.Accept();
        }

        if (address.SocketPath is { } path)
        {
            File.Delete(path);
        }

        Far.ReceiveTimeout = (int)Limited.Limit.TotalMilliseconds;
    }

    public Socket Near { get; }

    public Socket Far { get; }

    /// <summary>Reads from the far end.</summary>
    /// <param name="count">How many bytes.</param>
    public byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int some = Far.Receive(bytes.AsSpan(read));
            some.ShouldBeGreaterThan(0, $"the connection ended after {read} of {count} bytes");
            read += some;
        }

        return bytes;
    }

    /// <summary>Reads from the far end until its end.</summary>
    public long ReadToEnd()
    {
        byte[] bytes = new byte[1 << 20];
        long read = 0;
        try
        {
            for (int some; (some = Far.Receive(bytes)) > 0; read += some)
            {
            }
        }
        catch (SocketException)
        {
            // Cut off instead of ended.
        }

        return read;
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
