using System.Security.Cryptography;
using System.Text;
using DistSgd.Learning;
using DistSgd.Training.Wire;

namespace DistSgd.Hosting.Node;

/// <summary>The secret that the nodes of a run share; it stands in a file and never travels.</summary>
public static class NodeToken
{
    private const int FileBytesMax = 4096;
    private const int RandomBytes = 32;

    /// <summary>Makes a token that nobody but the owner of its file can read; one that is there already is kept.</summary>
    /// <param name="path">Its file.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InputException">The file cannot be made, or holds no token.</exception>
    public static byte[] ReadOrCreate(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)) + "\n"));
        }
        catch (IOException) when (File.Exists(path))
        {
            // The run was led from here before.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the token cannot be written: {e.Message}", e);
        }

        return Read(path);
    }

    /// <summary>Reads a token.</summary>
    /// <param name="path">Its file; white space around the token does not count.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InputException">The file cannot be read, or holds no token.</exception>
    public static byte[] Read(string path)
    {
        string text;
        try
        {
            text = new FileInfo(path).Length <= FileBytesMax ? File.ReadAllText(path).Trim() : throw new InputException(
                $"{path}: found more than {FileBytesMax} bytes; expected the token of a run.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the token cannot be read: {e.Message}", e);
        }

        byte[] token = Encoding.UTF8.GetBytes(text);
        return token.Length >= Authentication.TokenBytesMin ? token : throw new InputException(
            $"{path}: found a token of {token.Length} bytes; expected at least {Authentication.TokenBytesMin}.");
    }
}
