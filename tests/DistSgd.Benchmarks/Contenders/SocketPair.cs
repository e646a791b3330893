using System.Net.Sockets;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>Two ends of a Unix socket in one process.</summary>
internal static class SocketPair
{
    private static int _count;

    /// <summary>Connects two sockets.</summary>
    /// <returns>Both ends.</returns>
    public static (Socket One, Socket Other) Connect()
    {
        string path = Path.Combine(Path.GetTempPath(), $"distsgd-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var one = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        one.Connect(new UnixDomainSocketEndPoint(path));
        Socket other = listener.Accept();
        File.Delete(path);
        return (one, other);
    }
}
