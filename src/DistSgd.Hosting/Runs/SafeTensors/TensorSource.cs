namespace DistSgd.Hosting.Runs.SafeTensors;

/// <summary>Copies one row of a tensor.</summary>
/// <param name="row">The row, from 0.</param>
/// <param name="littleEndian">Receives the row as 32-bit little-endian floats.</param>
public delegate void TensorRowCopier(int row, Span<byte> littleEndian);

/// <summary>A tensor to be written, row by row, so that no copy of the whole is needed.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its dimensions; a row runs along the last one.</param>
/// <param name="CopyRow">Yields the rows.</param>
public sealed record TensorSource(string Name, IReadOnlyList<int> Shape, TensorRowCopier CopyRow)
{
    /// <summary>Number of bytes of the elements.</summary>
    public long Bytes => Shape.Aggregate((long)sizeof(float), (bytes, dimension) => checked(bytes * dimension));

    /// <summary>Writes the elements, row after row.</summary>
    /// <param name="stream">Where to.</param>
    /// <exception cref="IOException">The stream cannot take them.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] buffer = new byte[sizeof(float) * (Shape.Count == 0 ? 1 : Shape[^1])];
        long rows = buffer.Length == 0 ? 0 : Bytes / buffer.Length;
        for (int row = 0; row < rows; row++)
        {
            CopyRow(row, buffer);
            stream.Write(buffer);
        }
    }
}
