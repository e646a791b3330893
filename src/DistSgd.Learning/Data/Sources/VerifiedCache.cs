namespace DistSgd.Learning.Data.Sources;

/// <summary>
/// A directory of files whose SHA-256 sums are known: uses what is there and right, fetches the rest from the first source that has it.
/// </summary>
/// <remarks>
/// What arrives is checked before it is moved into the directory under its name, in one step of the file system: two processes may
/// fill the same cache at the same time, and an interrupted download leaves nothing that looks like a file.
/// </remarks>
public sealed class VerifiedCache
{
    private const double Kilobyte = 1e3;
    private const double Megabyte = 1e6;

    private readonly IReadOnlyList<IDataFetcher> _sources;
    private readonly Action<string> _report;

    /// <summary>Describes a cache; nothing is touched yet.</summary>
    /// <param name="title">Name of the data for people, for instance MNIST.</param>
    /// <param name="directory">Where the files are kept.</param>
    /// <param name="files">The files.</param>
    /// <param name="sources">Where they can be had, in the order to try.</param>
    /// <param name="report">Receives a line for each thing that takes time or goes wrong on the way; null for silence.</param>
    public VerifiedCache(
        string title,
        string directory,
        IReadOnlyList<VerifiedFile> files,
        IReadOnlyList<IDataFetcher> sources,
        Action<string>? report = null)
    {
        Title = title;
        Directory = directory;
        Files = files;
        _sources = sources;
        _report = report ?? (_ => { });
    }

    /// <summary>Name of the data for people.</summary>
    public string Title { get; }

    /// <summary>Where the files are kept.</summary>
    public string Directory { get; }

    /// <summary>The files.</summary>
    public IReadOnlyList<VerifiedFile> Files { get; }

    /// <summary>What somebody who brings the files by hand has to know, a sentence; null for nothing.</summary>
    public string? ByHand { get; init; }

    /// <summary>The full path of a file, whether it is there or not.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <returns>The path.</returns>
    public string PathOf(VerifiedFile file) => Path.Combine(Directory, file.Name);

    /// <summary>True if every file is there and has its sum.</summary>
    /// <returns>Whether nothing needs fetching.</returns>
    public bool IsComplete() => Files.All(file => file.DefectIn(Directory) is null);

    /// <summary>Makes sure that every file is there and has its sum, fetching what is not.</summary>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <exception cref="InputException">No source has what is missing (each is listed, with the reason), or the directory fails.</exception>
    /// <exception cref="OperationCanceledException">The fetch was ended.</exception>
    public void Ensure(CancellationToken cancellation = default)
    {
        try
        {
            List<VerifiedFile> wanted = Unusable();
            if (wanted.Count > 0)
            {
                FetchAll(wanted, cancellation);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e.Message.TrimEnd('.');
            throw new InputException(
                $"{Directory}: the directory for fetched data cannot be used ({reason}); set {CacheDirectory.Variable} to another.", e);
        }
    }

    private List<VerifiedFile> Unusable()
    {
        var unusable = new List<VerifiedFile>();
        foreach (VerifiedFile file in Files)
        {
            if (file.DefectIn(Directory) is { } defect)
            {
                unusable.Add(file);
                if (File.Exists(PathOf(file)))
                {
                    _report($"{Directory}: {defect}; fetching it again");
                }
            }
        }

        return unusable;
    }

    private void FetchAll(List<VerifiedFile> wanted, CancellationToken cancellation)
    {
        System.IO.Directory.CreateDirectory(Directory);
        var failures = new List<string>();
        foreach (IDataFetcher source in _sources)
        {
            _report($"{Title}: fetching {Amount(wanted)} from {source.Name}");
            if (TryFetch(source, wanted, cancellation) is not { } failure)
            {
                _report($"{Title}: complete in {Directory}");
                return;
            }

            failures.Add($"  {source.Name}: {failure}");
            _report($"{Title}: not from {source.Name}: {failure}");
        }

        throw new InputException(
            $"{Title} cannot be fetched:\n{string.Join('\n', failures)}\n"
            + $"Put {string.Join(", ", wanted.Select(file => file.Name))} (uncompressed) into {Directory} by hand, "
            + $"or set {CacheDirectory.Variable} to a directory that has them in '{Path.GetFileName(Directory)}'. {ByHand}".TrimEnd());
    }

    private static string Amount(List<VerifiedFile> files)
    {
        long bytes = files.Sum(file => file.Bytes);
        string size = bytes < Megabyte ? $"{Math.Ceiling(bytes / Kilobyte):0} kB" : $"{bytes / Megabyte:0} MB";
        return $"{files.Count} {(files.Count == 1 ? "file" : "files")} ({size} unpacked)";
    }

    /// <summary>Takes what one source gives; what is right leaves the list. Returns why something is still wanted, or null.</summary>
    private string? TryFetch(IDataFetcher source, List<VerifiedFile> wanted, CancellationToken cancellation)
    {
        // Beside the final place, because only within one file system is a move a single step.
        string arrivals = Path.Combine(Directory, $".fetch-{Environment.ProcessId}-{Path.GetRandomFileName()}");
        System.IO.Directory.CreateDirectory(arrivals);
        try
        {
            string? failure = null;
            try
            {
                source.Fetch(wanted, arrivals, cancellation);
            }
            catch (FetchException e)
            {
                failure = e.Message;
            }

            foreach (VerifiedFile file in wanted.ToArray())
            {
                if (file.DefectIn(arrivals) is { } defect)
                {
                    failure ??= defect;
                }
                else
                {
                    File.Move(Path.Combine(arrivals, file.Name), PathOf(file), overwrite: true);
                    wanted.Remove(file);
                }
            }

            return wanted.Count == 0 ? null : failure;
        }
        finally
        {
            System.IO.Directory.Delete(arrivals, recursive: true);
        }
    }
}
