namespace DistSgd.Learning.Data.Files;

/// <summary>Opens the files that a user names, with one clear error for each way it can fail.</summary>
internal static class DataFile
{
    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should be, for the message: "an IDX file of images".</param>
    /// <returns>The open file; it can seek.</returns>
    /// <exception cref="InputException">Missing, a directory, no permission, or not a regular file.</exception>
    public static FileStream Open(string path, string expected)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: no such file; expected {expected}.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or ArgumentException)
        {
            string found = Directory.Exists(path) ? "is a directory" : $"cannot be read ({e.Message.TrimEnd('.')})";
            throw new InputException($"{path}: {found}; expected {expected}.", e);
        }

        if (!file.CanSeek)
        {
            file.Dispose();
            throw new InputException($"{path}: is not a regular file; expected {expected}.");
        }

        return file;
    }
}
