namespace DistSgd.Hosting.Runs;

/// <summary>
/// Writes a file so that at any moment, also after a crash or a full disk, its path holds the old content or the whole new one.
/// </summary>
public static class AtomicFile
{
    /// <summary>What the name of an unfinished file ends with; it lies in the same folder.</summary>
    public const string TemporarySuffix = ".tmp";

    private const int BufferBytes = 64 * 1024;

    /// <summary>Writes to a temporary name, flushes to the disk, renames.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="open">Opens the temporary file; the default creates it. For tests and unusual storage.</param>
    /// <returns>Size of the file in bytes.</returns>
    /// <exception cref="IOException">The file cannot be written; the old one, if any, is as it was.</exception>
    public static long Write(string path, Action<Stream> write, Func<string, Stream>? open = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        string temporary = path + TemporarySuffix;
        try
        {
            WriteThrough((open ?? Create)(temporary), write);
            File.Move(temporary, path, overwrite: true);
            return new FileInfo(path).Length;
        }
        catch (Exception e)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            if (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"Cannot write {path}: {e.Message}", e);
            }

            throw;
        }
    }

    private static void WriteThrough(Stream stream, Action<Stream> write)
    {
        using (stream)
        {
            write(stream);
            stream.Flush();
            (stream as FileStream)?.Flush(flushToDisk: true);
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
}
