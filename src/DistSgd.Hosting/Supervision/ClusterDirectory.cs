using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Supervision;

/// <summary>
/// A run directory in the hands of a supervisor. It holds <c>cluster.lock</c>, so that one supervisor alone has the run; the server that
/// it starts holds <c>lock</c> and writes the run.
/// </summary>
public sealed class ClusterDirectory : IDisposable
{
    private readonly RunLock _lock;
    private readonly bool _isOwnFolder;

    private ClusterDirectory(RunDirectory run, RunLock held, bool isOwnFolder)
    {
        Run = run;
        _lock = held;
        _isOwnFolder = isOwnFolder;
    }

    /// <summary>The run.</summary>
    public RunDirectory Run { get; }

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="baseDirectory">The folder of all runs; made if absent.</param>
    /// <param name="name">Name of the run.</param>
    /// <param name="now">The time for the stamp.</param>
    /// <returns>The folder, locked against other supervisors.</returns>
    /// <exception cref="InputException">The folder cannot be made or written.</exception>
    public static ClusterDirectory Create(string baseDirectory, string name, DateTimeOffset now) =>
        Claim(RunDirectory.Create(baseDirectory, name, now), isOwnFolder: true);

    /// <summary>Makes a folder of the user's choice that of a new run.</summary>
    /// <param name="directory">The folder; absent, empty, or with nothing in it but what an earlier supervisor left.</param>
    /// <returns>The folder, locked against other supervisors.</returns>
    /// <exception cref="InputException">It holds something already, or cannot be made or written.</exception>
    public static ClusterDirectory CreateAt(string directory)
    {
        bool isOwnFolder = !Directory.Exists(directory);
        return Claim(RunDirectory.CreateAt(directory), isOwnFolder);
    }

    /// <summary>Opens a run to continue it.</summary>
    /// <param name="directory">The folder of the run.</param>
    /// <returns>The folder, locked against other supervisors.</returns>
    /// <exception cref="InputException">It holds no run, cannot be written, or a process is running it.</exception>
    public static ClusterDirectory OpenForResume(string directory)
    {
        RequireUnsupervised(RunDirectory.Open(directory));
        return Claim(RunDirectory.OpenForResume(directory), isOwnFolder: false);
    }

    /// <summary>Whether a supervisor has the run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>True if its process lives.</returns>
    /// <exception cref="InputException">The lock cannot be read.</exception>
    public static bool IsSupervised(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return RunLock.IsHeld(run.ClusterLockPath);
    }

    /// <summary>Makes the run's secret, unless an earlier life of the cluster left one that nodes elsewhere may know by now.</summary>
    /// <exception cref="InputException">The file cannot be written, or holds no secret.</exception>
    public void PrepareToken()
    {
        const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!OperatingSystem.IsWindows() && File.Exists(Run.TokenPath) && (File.GetUnixFileMode(Run.TokenPath) & ~OwnersAlone) != 0)
        {
            File.Delete(Run.TokenPath); // Others may have read it.
        }

        NodeToken.ReadOrCreate(Run.TokenPath);
    }

    /// <summary>Takes back what was made here if no run came of it: the files, and the folder if it was not there before.</summary>
    public void RemoveUnlessRun()
    {
        if (File.Exists(Run.ConfigPath) || RunLock.IsHeld(Run.LockPath))
        {
            return;
        }

        try
        {
            if (_isOwnFolder && RunDirectory.HasNoForeignFile(Run.FullPath))
            {
                Directory.Delete(Run.FullPath, recursive: true);
                return;
            }

            File.Delete(Run.ClusterPath);
            File.Delete(Run.TokenPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left does no harm: it is passed over when the folder is used again.
        }
    }

    /// <summary>Frees the lock.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Goes from the lock of a run, which is the server's, to that of a supervisor.</summary>
    private static ClusterDirectory Claim(RunDirectory claimed, bool isOwnFolder)
    {
        using (claimed)
        {
            RunLock held = RunLock.TryAcquire(claimed.ClusterLockPath) ?? throw Supervised(claimed);
            return new ClusterDirectory(RunDirectory.OpenUnchecked(claimed.FullPath), held, isOwnFolder);
        }
    }

    private static void RequireUnsupervised(RunDirectory run)
    {
        if (IsSupervised(run))
        {
            throw Supervised(run);
        }
    }

    private static InputException Supervised(RunDirectory run) => new(
        $"{run.FullPath} belongs to a cluster that is running, supervised by process {RunLock.Owner(run.ClusterLockPath)}; "
        + $"end it with: distsgd cluster down {run.FullPath}");
}
