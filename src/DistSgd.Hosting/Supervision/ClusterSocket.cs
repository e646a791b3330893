using System.Text;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;

namespace DistSgd.Hosting.Supervision;

/// <summary>The Unix domain socket of a cluster on one machine: in the run directory, or elsewhere where that has too long a path.</summary>
public sealed class ClusterSocket : IDisposable
{
    private readonly string _path;
    private readonly DirectoryInfo? _folder;

    /// <summary>Chooses the place; a socket that is there already is that of a dead server, and removed.</summary>
    /// <param name="run">The run, held by this process.</param>
    /// <exception cref="IOException">The socket cannot be removed, or no temporary folder be made.</exception>
    public ClusterSocket(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _path = run.SocketPath;
        if (Encoding.UTF8.GetByteCount(_path) > NodeAddress.SocketPathBytesMax)
        {
            _folder = Directory.CreateTempSubdirectory("distsgd-");
            _path = Path.Combine(_folder.FullName, Path.GetFileName(_path));
        }

        File.Delete(_path);
    }

    /// <summary>The address.</summary>
    public NodeAddress Address => NodeAddress.Unix(_path);

    /// <summary>Removes the socket, and the folder if it has one of its own.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(_path);
            _folder?.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty file stays behind, and the next cluster removes it.
        }
    }
}
