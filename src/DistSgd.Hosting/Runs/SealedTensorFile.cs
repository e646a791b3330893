using System.Security.Cryptography;
using System.Text;
using DistSgd.Hosting.Runs.SafeTensors;
using DistSgd.Learning;

namespace DistSgd.Hosting.Runs;

/// <summary>
/// A safetensors file that carries a digest of its metadata and of all tensor bytes, since the format itself would not notice a flipped
/// bit.
/// </summary>
internal static class SealedTensorFile
{
    private const string DigestKey = "distsgd.sha256";

    /// <summary>Writes a file with its digest.</summary>
    /// <exception cref="IOException">The stream cannot take it.</exception>
    public static void Write(Stream stream, IReadOnlyList<TensorSource> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        string digest = Digest(metadata, destination =>
        {
            foreach (TensorSource tensor in tensors)
            {
                tensor.WriteTo(destination);
            }
        });
        SafeTensorsWriter.Write(stream, tensors, new Dictionary<string, string>(metadata) { [DigestKey] = digest });
    }

    /// <summary>Opens a file and checks its digest.</summary>
    /// <exception cref="InputException">The file cannot be read, is not sound, or its content is not what was written.</exception>
    public static SafeTensorsReader Open(string path)
    {
        SafeTensorsReader reader = SafeTensorsReader.Open(path);
        try
        {
            string found = Digest(reader.Metadata, reader.CopyDataTo);
            string expected = Metadata(reader, DigestKey);
            return found == expected ? reader : throw new InputException(
                $"{path} is damaged: the SHA-256 of its content is {found}, expected {expected}.");
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>A metadata entry that must be there.</summary>
    /// <exception cref="InputException">It is missing.</exception>
    public static string Metadata(SafeTensorsReader reader, string key) => reader.Metadata.TryGetValue(key, out string? value)
        ? value
        : throw new InputException($"{reader.Path} was not written by distsgd: its metadata lack '{key}'.");

    private static string Digest(IReadOnlyDictionary<string, string> metadata, Action<Stream> writeData)
    {
        using var sha = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write))
        {
            foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (key != DigestKey)
                {
                    stream.Write(Encoding.UTF8.GetBytes($"{key}\0{value}\0"));
                }
            }

            writeData(stream);
        }

        return Convert.ToHexStringLower(sha.Hash!);
    }
}
