namespace DistSgd.Fuzz.Sockets;

/// <summary>What this process holds of the system.</summary>
/// <param name="PeerThreads">Threads that serve a peer; null where the system does not tell the names of threads.</param>
/// <param name="OpenFiles">Files and sockets; null where the system does not tell.</param>
/// <param name="Bytes">Managed memory in use.</param>
internal sealed record ProcessState(int? PeerThreads, int? OpenFiles, long Bytes)
{
    private const string Threads = "/proc/self/task";
    private const string Files = "/proc/self/fd";
    private static readonly string[] ThreadNames = ["peer", "sender"];

    /// <summary>Bytes that a process may hold more than before without anybody being to blame.</summary>
    public const long BytesSlack = 32 << 20;

    /// <summary>Files that the runtime may have opened for itself.</summary>
    public const int FilesSlack = 16;

    /// <summary>Looks.</summary>
    public static ProcessState Now() => new(
        Directory.Exists(Threads) ? Directory.GetDirectories(Threads).Count(IsOfPeer) : null,
        Directory.Exists(Files) ? Directory.GetFileSystemEntries(Files).Length : null,
        GC.GetTotalMemory(forceFullCollection: true));

    /// <summary>What is still there that was not there before; null if nothing is.</summary>
    /// <param name="before">The state before.</param>
    public string? LeftOverSince(ProcessState before) =>
        PeerThreads > before.PeerThreads ? $"{PeerThreads} threads of peers, {before.PeerThreads} before"
        : OpenFiles > before.OpenFiles + FilesSlack ? $"{OpenFiles} open files, {before.OpenFiles} before"
        : Bytes > before.Bytes + BytesSlack ? $"{Bytes} bytes in use, {before.Bytes} before"
        : null;

    private static bool IsOfPeer(string thread)
    {
        try
        {
            return ThreadNames.Contains(File.ReadAllText(Path.Combine(thread, "comm")).Trim());
        }
        catch (IOException)
        {
            return false; // it has ended meanwhile
        }
    }
}
