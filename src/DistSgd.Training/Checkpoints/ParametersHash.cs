using System.Security.Cryptography;
using DistSgd.Learning.Models;

namespace DistSgd.Training.Checkpoints;

/// <summary>
/// The digest by which runs are compared (<c>parameters_sha256</c>): SHA-256 over the bytes of the unpadded tensors, layer after layer,
/// weight row-major [out, in] then bias, 32-bit little-endian floats.
/// </summary>
public static class ParametersHash
{
    /// <summary>Computes the digest of a parameter vector.</summary>
    /// <param name="layout">Its layout.</param>
    /// <param name="parameters">The flat vector.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Compute(ParameterLayout layout, ReadOnlySpan<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(layout);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[ParameterTensor.Of(layout).Max(tensor => tensor.RowBytes)];
        foreach (ParameterTensor tensor in ParameterTensor.Of(layout))
        {
            Span<byte> bytes = buffer.AsSpan(0, tensor.RowBytes);
            for (int row = 0; row < tensor.Rows; row++)
            {
                tensor.CopyRow(parameters, row, bytes);
                hash.AppendData(bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
