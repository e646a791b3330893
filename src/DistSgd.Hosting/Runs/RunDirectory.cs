using System.Globalization;
using DistSgd.Learning;

namespace DistSgd.Hosting.Runs;

/// <summary>
/// The folder that holds everything of one run. Opened for writing it holds the run's lock until disposed; opened for reading it holds
/// nothing.
/// </summary>
public sealed class RunDirectory : IDisposable
{
    /// <summary>Format of the time in the name of a run's folder, in UTC.</summary>
    public const string StampFormat = "yyyyMMdd'T'HHmmss'Z'";

    private const int MaximalNameLength = 60;
    private const string ClusterPrefix = "cluster.";

    /// <summary>Name of <see cref="LogPath"/> in the run's folder.</summary>
    public const string LogFileName = "run" + LogSuffix;

    /// <summary>Name of <see cref="ClusterPath"/> in the run's folder.</summary>
    public const string ClusterFileName = ClusterPrefix + "json";

    private const string SocketName = "server.sock";
    private const string WorkerPrefix = "worker-";
    private const string LogSuffix = ".clef";
    private const string EngineLogSuffix = "akka" + LogSuffix;

    private readonly RunLock? _lock;

    private RunDirectory(string path, RunLock? held)
    {
        FullPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary><c>NAME-UTCSTAMP</c>, or what the user called the folder.</summary>
    public string Name => Path.GetFileName(FullPath);

    /// <summary><c>config.yaml</c>: the config, fully resolved.</summary>
    public string ConfigPath => Path.Combine(FullPath, "config.yaml");

    /// <summary><c>run.clef</c>: the log.</summary>
    public string LogPath => Path.Combine(FullPath, LogFileName);

    /// <summary><c>checkpoints</c>: the folder of the checkpoints.</summary>
    public string CheckpointsPath => Path.Combine(FullPath, "checkpoints");

    /// <summary><c>model.safetensors</c>: the trained model.</summary>
    public string ModelPath => Path.Combine(FullPath, "model.safetensors");

    /// <summary><c>summary.json</c>: the results.</summary>
    public string SummaryPath => Path.Combine(FullPath, "summary.json");

    /// <summary><c>cluster.token</c>: the secret that the nodes of the run share.</summary>
    public string TokenPath => Path.Combine(FullPath, ClusterPrefix + "token");

    /// <summary><c>lock</c>: held while a process writes the run.</summary>
    public string LockPath => LockPathOf(FullPath);

    /// <summary><c>cluster.json</c>: the processes of a cluster.</summary>
    public string ClusterPath => Path.Combine(FullPath, ClusterFileName);

    /// <summary><c>cluster.lock</c>: held while a supervisor has the run.</summary>
    public string ClusterLockPath => Path.Combine(FullPath, ClusterPrefix + "lock");

    /// <summary><c>cluster.log</c>: what a supervisor in the background would show on a terminal.</summary>
    public string ClusterLogPath => Path.Combine(FullPath, ClusterPrefix + "log");

    /// <summary><c>cluster.akka.clef</c>: what the engine of a cluster's server had to tell.</summary>
    public string EngineLogPath => Path.Combine(FullPath, ClusterPrefix + EngineLogSuffix);

    /// <summary><c>server.sock</c>: where the server of a cluster accepts workers.</summary>
    public string SocketPath => Path.Combine(FullPath, SocketName);

    /// <summary>
    /// Makes the folder of a new run, <c>BASE/NAME-yyyyMMddTHHmmssZ</c>, with <c>-2</c>, <c>-3</c> ... behind it if that is taken.
    /// </summary>
    /// <param name="baseDirectory">The folder of all runs; made if absent.</param>
    /// <param name="name">Name of the run; characters unfit for a file name are replaced.</param>
    /// <param name="now">The time for the stamp.</param>
    /// <returns>The folder, locked.</returns>
    /// <exception cref="InputException">The folder cannot be made or written.</exception>
    public static RunDirectory Create(string baseDirectory, string name, DateTimeOffset now)
    {
        string stamp = now.UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture);
        string path = Path.Combine(baseDirectory, $"{SafeName(name)}-{stamp}");
        RunDirectory? run = TryClaim(path, HasOnlyLock);
        for (int suffix = 2; run is null; suffix++)
        {
            run = TryClaim($"{path}-{suffix}", HasOnlyLock);
        }

        return run;
    }

    /// <summary>Makes a folder of the user's choice that of a new run.</summary>
    /// <param name="directory">The folder; absent, empty, or with nothing in it but the files of a cluster's supervisor.</param>
    /// <returns>The folder, locked.</returns>
    /// <exception cref="InputException">It holds something already, or cannot be made or written.</exception>
    public static RunDirectory CreateAt(string directory)
    {
        RequireName(directory);
        return TryClaim(directory, HasNoForeignFile) ?? throw new InputException(
            IsRun(directory)
                ? $"{directory} holds a run already; use --resume or choose another directory."
                : $"{directory} is not empty; choose another directory for the run.");
    }

    /// <summary><c>worker-N.clef</c>: the log of what one worker of a cluster saw by itself.</summary>
    /// <param name="worker">Name of the worker.</param>
    /// <returns>The path.</returns>
    public string WorkerLogPath(string worker) => Path.Combine(FullPath, SafeName(worker) + LogSuffix);

    /// <summary><c>worker-N.akka.clef</c>: what the engine of a worker had to tell.</summary>
    /// <param name="worker">Name of the worker.</param>
    /// <returns>The path.</returns>
    public string EngineLogPathOf(string worker) => Path.Combine(FullPath, $"{SafeName(worker)}.{EngineLogSuffix}");

    /// <summary>Opens a run for reading.</summary>
    /// <param name="directory">The folder of the run.</param>
    /// <returns>The folder, not locked.</returns>
    /// <exception cref="InputException">It does not exist or holds no run.</exception>
    public static RunDirectory Open(string directory)
    {
        RunDirectory run = OpenExisting(directory);
        return File.Exists(run.ConfigPath) ? run : throw new InputException($"{directory} is no run: it holds no config.yaml.");
    }

    /// <summary>Opens the run of a cluster for reading; its server need not have written anything yet.</summary>
    /// <param name="directory">The folder of the run.</param>
    /// <returns>The folder, not locked.</returns>
    /// <exception cref="InputException">It does not exist, or no supervisor has had it.</exception>
    public static RunDirectory OpenCluster(string directory)
    {
        RunDirectory run = OpenExisting(directory);
        return File.Exists(run.ClusterPath) ? run : throw new InputException(
            $"{directory} is no run of a cluster: it holds no {Path.GetFileName(run.ClusterPath)}.");
    }

    /// <summary>Opens a run to continue it.</summary>
    /// <param name="directory">The folder of the run.</param>
    /// <returns>The folder, locked.</returns>
    /// <exception cref="InputException">It does not exist, holds no run, cannot be written, or another process is writing it.</exception>
    public static RunDirectory OpenForResume(string directory) => new(directory, RunLock.Acquire(Open(directory).LockPath));

    /// <summary>A name that is one harmless path segment: letters, digits, dots, dashes and underscores, no dot or dash in front.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>The name; <c>run</c> if nothing is left of it.</returns>
    public static string SafeName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        char[] characters = [.. name.Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-').Take(MaximalNameLength)];
        string safe = new string(characters).Trim('.', '-');
        return safe.Length == 0 ? "run" : safe;
    }

    /// <summary>Whether a folder holds a run, by its config or by a process that has just begun to write one.</summary>
    /// <param name="directory">The folder.</param>
    /// <returns>True if it does.</returns>
    public static bool IsRun(string directory) =>
        File.Exists(OpenUnchecked(directory).ConfigPath) || RunLock.IsHeld(LockPathOf(directory));

    /// <summary>Frees the lock.</summary>
    public void Dispose() => _lock?.Dispose();

    /// <summary>The paths of a folder that need not hold a run yet.</summary>
    internal static RunDirectory OpenUnchecked(string directory) => new(directory, held: null);

    /// <summary>
    /// Whether a folder has nothing in it but what the supervisor of a cluster puts there before its server makes it a run, or left of
    /// one that never began.
    /// </summary>
    internal static bool HasNoForeignFile(string directory) => Directory.EnumerateFileSystemEntries(directory).All(entry =>
        RunLock.Owns(entry, LockPathOf(directory)) || IsOfCluster(Path.GetFileName(entry)));

    private static RunDirectory OpenExisting(string directory)
    {
        RequireName(directory);
        if (!Directory.Exists(directory))
        {
            string found = File.Exists(directory) ? "it is a file; expected the directory of a run" : "the directory does not exist";
            throw new InputException($"{directory} is no run: {found}.");
        }

        return OpenUnchecked(directory);
    }

    private static void RequireName(string directory)
    {
        if (string.IsNullOrWhiteSpace(directory))
        {
            throw new InputException($"'{directory}' is no name of a directory; expected that of a run.");
        }
    }

    /// <summary>Makes and locks a folder; null if it is taken. Of two processes that try at once only one succeeds.</summary>
    private static RunDirectory? TryClaim(string directory, Func<string, bool> isVacant)
    {
        RunLock? held = null;
        try
        {
            if (Directory.Exists(directory) && !isVacant(directory))
            {
                return null;
            }

            Directory.CreateDirectory(directory);
            held = RunLock.TryAcquire(LockPathOf(directory));
            if (held is not null && isVacant(directory))
            {
                return new RunDirectory(directory, held);
            }

            // Another process has come, and perhaps gone, since the first look.
            held?.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new InputException($"Cannot make the run directory {directory}: {e.Message}", e);
        }
    }

    /// <summary>Empty, or with nothing in it but the lock of a process that ended before it wrote anything.</summary>
    private static bool HasOnlyLock(string directory) =>
        Directory.EnumerateFileSystemEntries(directory).All(entry => RunLock.Owns(entry, LockPathOf(directory)));

    private static bool IsOfCluster(string name) =>
        name.StartsWith(ClusterPrefix, StringComparison.Ordinal)
        || name == SocketName
        || (name.StartsWith(WorkerPrefix, StringComparison.Ordinal) && name.EndsWith(LogSuffix, StringComparison.Ordinal));

    private static string LockPathOf(string directory) => Path.Combine(directory, "lock");
}
