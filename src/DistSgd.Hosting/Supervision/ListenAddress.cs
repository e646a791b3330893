namespace DistSgd.Hosting.Supervision;

/// <summary>Where a server listens, seen from the processes of its own machine.</summary>
internal static class ListenAddress
{
    /// <summary>Whether the system is to choose the port, so that nobody knows it before the server says so.</summary>
    public static bool IsChosenBySystem(string address) => !IsSocket(address) && address.EndsWith(":0", StringComparison.Ordinal);

    /// <summary>The address under which workers of this machine reach the server: one that listens everywhere listens on loopback too.</summary>
    public static string ForLocalWorkers(string address)
    {
        if (IsSocket(address))
        {
            return address;
        }

        int colon = address.LastIndexOf(':');
        string port = address[colon..];
        return address[..colon] switch
        {
            "0.0.0.0" or "*" or "" => $"127.0.0.1{port}",
            "[::]" or "::" => $"[::1]{port}",
            _ => address,
        };
    }

    private static bool IsSocket(string address) => address.StartsWith(ClusterSocket.Scheme, StringComparison.Ordinal);
}
