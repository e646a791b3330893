using System.Globalization;
using DistSgd.Learning;

namespace DistSgd.Hosting.Runs;

/// <summary>
/// Keeps a second writer away from a run directory. The operating system holds the lock and frees it when the process ends in whatever
/// way, so a crashed run needs no cleaning up.
/// </summary>
/// <remarks>
/// The owner's process id stands in a file of its own beside the lock (<c>lock.pid</c>), because nobody can read a file that is locked.
/// Neither file is ever deleted: a process that deleted the lock could take it away from one that has just got it.
/// </remarks>
public sealed class RunLock : IDisposable
{
    private const string OwnerSuffix = ".pid";

    // Whoever only asks whether a run is alive holds the lock for a moment; an owner-to-be waits that long.
    private const int Attempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The lock file, <see cref="RunDirectory.LockPath"/>; its folder must exist.</param>
    /// <returns>The lock, held until disposed or the process ends.</returns>
    /// <exception cref="InputException">Another process holds it, or the file cannot be written.</exception>
    public static RunLock Acquire(string path) => TryAcquire(path) ?? throw new InputException(
        $"{Path.GetDirectoryName(Path.GetFullPath(path))} is being written by process {Owner(path)}; "
        + "wait until it ends, or stop it, before continuing this run.");

    /// <summary>Takes the lock unless another process has it.</summary>
    /// <param name="path">The lock file; its folder must exist.</param>
    /// <returns>The lock, or null if it is held.</returns>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static RunLock? TryAcquire(string path)
    {
        try
        {
            for (int attempt = 1; attempt <= Attempts; attempt++)
            {
                if (TryOpen(path, FileMode.OpenOrCreate, FileAccess.ReadWrite) is { } file)
                {
                    return Own(file, path);
                }

                Thread.Sleep(Pause);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot lock {path}: {e.Message}", e);
        }
    }

    /// <summary>Whether a living process holds the lock.</summary>
    /// <param name="path">The lock file; it need not exist.</param>
    /// <returns>True if it is held.</returns>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static bool IsHeld(string path)
    {
        try
        {
            using FileStream? file = File.Exists(path) ? TryOpen(path, FileMode.Open, FileAccess.Read) : null;
            return file is null && File.Exists(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>Frees the lock.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Whether a file of a run directory is the lock or the file with its owner.</summary>
    internal static bool Owns(string path, string lockPath) =>
        Path.GetFileName(path) is var name && (name == Path.GetFileName(lockPath) || name == Path.GetFileName(lockPath) + OwnerSuffix);

    /// <summary>Id of the process that took a lock last.</summary>
    internal static string Owner(string path) =>
        File.Exists(path + OwnerSuffix) && File.ReadAllText(path + OwnerSuffix).Trim() is { Length: > 0 } owner ? owner : "(unknown)";

    private static RunLock Own(FileStream file, string path)
    {
        try
        {
            File.WriteAllText(path + OwnerSuffix, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new RunLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file for oneself alone; null if somebody else has it.</summary>
    private static FileStream? TryOpen(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return new FileStream(path, mode, access, FileShare.None);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            return null;
        }
    }

    /// <summary>ERROR_SHARING_VIOLATION of Windows, EWOULDBLOCK of Linux and of macOS.</summary>
    private static bool IsSharingViolation(IOException e) =>
        e.GetType() == typeof(IOException) && (e.HResult & 0xFFFF) is var code
        && (OperatingSystem.IsWindows() ? code == 32 : OperatingSystem.IsMacOS() ? code == 35 : code == 11);
}
