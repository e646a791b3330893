using System.Globalization;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Studies.Output;

/// <summary>
/// Where a study will be written. Nothing that exists is ever overwritten: a folder that holds anything is refused, and a new one appears
/// under its name only once all its files are in it, so there is no half-written study.
/// </summary>
public sealed class StudyFolder
{
    /// <summary>Folder of all studies, unless the user chooses another place.</summary>
    public const string DefaultBase = "studies";

    private readonly string _path;
    private readonly bool _takesSuffix;

    private StudyFolder(string path, bool takesSuffix)
    {
        _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _takesSuffix = takesSuffix;
    }

    /// <summary>A folder <c>BASE/NAME-yyyyMMddTHHmmssZ</c>, with <c>-2</c>, <c>-3</c> ... behind it if that is taken.</summary>
    /// <param name="baseDirectory">The folder of all studies; made if absent.</param>
    /// <param name="name">Name of the study.</param>
    /// <param name="now">The time for the stamp.</param>
    /// <returns>The folder.</returns>
    public static StudyFolder Stamped(string baseDirectory, string name, DateTimeOffset now)
    {
        string stamp = now.UtcDateTime.ToString(RunDirectory.StampFormat, CultureInfo.InvariantCulture);
        return new StudyFolder(Path.Combine(baseDirectory, $"{RunDirectory.SafeName(name)}-{stamp}"), takesSuffix: true);
    }

    /// <summary>A folder of the user's choice, absent or empty.</summary>
    /// <param name="directory">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="InputException">The name is empty.</exception>
    public static StudyFolder At(string directory) => string.IsNullOrWhiteSpace(directory)
        ? throw new InputException($"'{directory}' is no name of a directory; expected that of a study.")
        : new StudyFolder(directory, takesSuffix: false);

    /// <summary>Makes sure that the folder can be written, before minutes are spent on what goes into it; leaves nothing behind.</summary>
    /// <exception cref="InputException">It holds something already, or cannot be written.</exception>
    public void Check()
    {
        if (!_takesSuffix && Obstacle(_path) is { } obstacle)
        {
            throw new InputException(obstacle);
        }

        string folder = _takesSuffix ? Path.GetDirectoryName(_path)! : _path;
        List<string> absent = Absent(folder);
        try
        {
            Directory.CreateDirectory(folder);
            File.Create(Path.Combine(folder, Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot write a study to {folder}: {e.Message}", e);
        }
        finally
        {
            absent.ForEach(DeleteEmpty);
        }
    }

    /// <summary>Makes the folder at once, for a study that writes results down as they come.</summary>
    /// <returns>Full path of the folder.</returns>
    /// <exception cref="InputException">It holds something already, or cannot be made.</exception>
    public string Create()
    {
        Check();
        string path = _path;
        for (int suffix = 2; Obstacle(path) is { } obstacle; suffix++)
        {
            path = _takesSuffix ? $"{_path}-{suffix}" : throw new InputException(obstacle);
        }

        return Directory.CreateDirectory(path).FullName;
    }

    /// <summary>Fills the folder.</summary>
    /// <param name="fill">Writes the files into the folder that it is given.</param>
    /// <returns>Full path of the folder.</returns>
    /// <exception cref="InputException">It has come to hold something.</exception>
    /// <exception cref="IOException">It cannot be written; nothing is left behind.</exception>
    internal string Fill(Action<string> fill)
    {
        string path = _path;
        for (int suffix = 2; !TryFill(path, fill); suffix++)
        {
            if (!_takesSuffix)
            {
                throw new InputException(Obstacle(_path) ?? $"{_path} was made by another process; choose another directory for the study.");
            }

            path = $"{_path}-{suffix}";
        }

        return path;
    }

    /// <summary>Fills a folder; false if it is taken.</summary>
    private static bool TryFill(string path, Action<string> fill)
    {
        if (Obstacle(path) is not null)
        {
            return false;
        }

        // An empty folder of the user's is filled where it is: it may be the current one of a shell.
        bool isThere = Directory.Exists(path);
        string place = isThere ? path : $"{path}.{Environment.ProcessId}{AtomicFile.TemporarySuffix}";
        bool done = false;
        try
        {
            Directory.CreateDirectory(place);
            fill(place);
            done = isThere || TryRename(place, path);
            return done;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"Cannot write a study to {path}: {e.Message}", e);
        }
        finally
        {
            if (!done)
            {
                DeleteContent(place, itself: !isThere);
            }
        }
    }

    private static bool TryRename(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (IOException) when (Path.Exists(to))
        {
            return false; // another process was faster
        }
    }

    private static string? Obstacle(string path)
    {
        try
        {
            return File.Exists(path) ? $"{path} is a file; expected a directory for the study."
                : !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any() ? null
                : File.Exists(Path.Combine(path, StudyWriter.JsonName))
                    ? $"{path} holds a study already, which is never overwritten; remove it or choose another directory."
                    : $"{path} is not empty; choose another directory for the study.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>The folder and those above it that do not exist, the innermost first.</summary>
    private static List<string> Absent(string folder)
    {
        var absent = new List<string>();
        for (string? at = folder; at is not null && !Path.Exists(at); at = Path.GetDirectoryName(at))
        {
            absent.Add(at);
        }

        return absent;
    }

    private static void DeleteEmpty(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process has begun to use it.
        }
    }

    private static void DeleteContent(string folder, bool itself)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        if (itself)
        {
            Directory.Delete(folder, recursive: true);
            return;
        }

        foreach (string entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }
}
