using System.Text;
using DistSgd.Learning;

namespace DistSgd.Training.Config.Reading;

/// <summary>Reads the text of a config file, within limits.</summary>
internal static class ConfigFile
{
    private const int LargestFile = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its text, without a byte order mark.</returns>
    /// <exception cref="InputException">It is missing, a directory, unreadable, larger than 1 MB or not UTF-8.</exception>
    public static string ReadText(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InputException($"'{path}' is no name of a file; expected a config file, such as configs/mnist.yaml");
        }

        if (Directory.Exists(path))
        {
            throw new InputException($"{path}: is a directory; expected a config file, such as configs/mnist.yaml");
        }

        try
        {
            using FileStream stream = File.OpenRead(path);

            // Read up to the limit rather than trusting a length: special files have none.
            byte[] bytes = new byte[LargestFile + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > LargestFile)
            {
                throw new InputException($"{path}: larger than {LargestFile} bytes; a config is a short text");
            }

            return StrictUtf8.GetString(bytes, 0, length).TrimStart('\ufeff');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: no such file", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{path}: not UTF-8 text (byte {e.Index})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
