using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DistSgd.Learning;

namespace DistSgd.Hosting.Runs.SafeTensors;

/// <summary>
/// Reads the safetensors format, 32-bit floats only. Nothing is believed: opening a file checks its header against its size, so that every
/// tensor it lists can be read.
/// </summary>
public sealed class SafeTensorsReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly SafeTensorsHeader _header;

    private SafeTensorsReader(FileStream stream, SafeTensorsHeader header)
    {
        _stream = stream;
        _header = header;
    }

    /// <summary>Path of the file, for messages.</summary>
    public string Path => _stream.Name;

    /// <summary>The <c>__metadata__</c> entries; empty if the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<TensorEntry> Tensors => _header.Tensors;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="InputException">The file cannot be read, or is not a sound safetensors file of 32-bit floats.</exception>
    public static SafeTensorsReader Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return new SafeTensorsReader(stream, SafeTensorsHeader.Read(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new InputException($"Cannot read {path}: {e.Message}", e);
        }
        catch (InputException)
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>Finds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The tensor, or null if the file has none of that name.</returns>
    public TensorEntry? Find(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    /// <summary>Reads the elements of a tensor.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <returns>The elements, row-major.</returns>
    /// <exception cref="IOException">The file cannot be read to the end any more.</exception>
    public float[] Read(TensorEntry tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        float[] elements = new float[tensor.Bytes / sizeof(float)];
        _stream.Position = _header.DataStart + tensor.Start;
        _stream.ReadExactly(MemoryMarshal.AsBytes(elements.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(elements.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return elements;
    }

    /// <summary>Copies the bytes of all tensors in the order of the file.</summary>
    /// <param name="destination">Where to.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void CopyDataTo(Stream destination)
    {
        _stream.Position = _header.DataStart;
        _stream.CopyTo(destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();
}
