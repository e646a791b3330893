using System.Security.Cryptography;

namespace DistSgd.Learning.Data.Sources;

/// <summary>A file whose every bit is known beforehand.</summary>
/// <param name="Name">Name without directory.</param>
/// <param name="Bytes">Length in bytes.</param>
/// <param name="Sha256">SHA-256 of the contents, 64 lower-case hexadecimal digits.</param>
public sealed record VerifiedFile(string Name, long Bytes, string Sha256)
{
    private const int BlockBytes = 1 << 18;

    /// <summary>What is wrong with the copy in a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>Null if the copy is right, else what was found and what was expected.</returns>
    /// <exception cref="IOException">The copy cannot be read.</exception>
    public string? DefectIn(string directory)
    {
        var file = new FileInfo(Path.Combine(directory, Name));
        if (!file.Exists)
        {
            return $"{Name} is missing";
        }

        if (file.Length != Bytes)
        {
            return $"{Name} has {file.Length} bytes, expected {Bytes}";
        }

        string found = Digest(file.FullName);
        return found == Sha256 ? null : $"{Name} has the SHA-256 {found}, expected {Sha256}";
    }

    private static string Digest(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var block = new byte[BlockBytes];
        for (int read = file.Read(block); read > 0; read = file.Read(block))
        {
            hash.AppendData(block, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
