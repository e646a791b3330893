using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DistSgd.Learning.Data;

/// <summary>The SHA-256 by which two holders of a data set see that theirs are the same.</summary>
public static class DatasetDigest
{
    /// <summary>
    /// Digest over shape, features, labels and targets of the training examples, then of the test examples (little-endian).
    /// </summary>
    /// <param name="train">The training examples.</param>
    /// <param name="test">The test examples.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Compute(Examples train, Examples test)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, train);
        Append(hash, test);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, Examples examples)
    {
        // The shape comes first: without it the same bytes could be cut into rows in several ways.
        int elementBytes = examples.StoredAsBytes ? sizeof(byte) : sizeof(float);
        ReadOnlySpan<int> shape = [examples.Count, examples.Width, elementBytes, examples.Labels.Length, examples.TargetWidth];
        hash.AppendData(MemoryMarshal.AsBytes(shape));
        hash.AppendData(examples.Bytes.AsSpan());
        hash.AppendData(MemoryMarshal.AsBytes(examples.Floats.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(examples.Labels.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(examples.Targets.AsSpan()));
    }
}
