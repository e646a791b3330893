using System.Buffers.Binary;
using System.IO.Compression;
using DistSgd.Learning.Data.Files;

namespace DistSgd.Learning.Data;

/// <summary>The values of an IDX file of unsigned bytes.</summary>
/// <param name="Count">Number of items: images or labels.</param>
/// <param name="Width">Bytes of an item: rows × columns of an image, 1 for a label.</param>
/// <param name="Values">All items [<paramref name="Count"/>, <paramref name="Width"/>].</param>
public sealed record IdxArray(int Count, int Width, byte[] Values);

/// <summary>
/// Reads IDX files of unsigned bytes, plain or compressed with gzip (told by their first bytes, not by their name).
/// </summary>
/// <remarks>
/// Format (LeCun, MNIST page): two zero bytes, element type 0x08, number of dimensions, each dimension as a big-endian 32-bit
/// number, then the elements. A file must hold exactly what its header promises.
/// </remarks>
public static class IdxFile
{
    private const byte UnsignedByte = 0x08;

    // Deflate cannot do better, so a small file with a huge promise is refused before memory is taken for it.
    private const long LargestDeflateRatio = 1032;

    /// <summary>Reads images: three dimensions (images, rows, columns) or a matrix of two (examples, features).</summary>
    /// <param name="path">The file.</param>
    /// <returns>The images, an image a row.</returns>
    /// <exception cref="InputException">The file is missing, of another format, truncated, too long or empty.</exception>
    public static IdxArray ReadImages(string path) => Read(path, "images", 2, 3);

    /// <summary>Reads labels: one dimension.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The labels, one byte each.</returns>
    /// <exception cref="InputException">The file is missing, of another format, truncated, too long or empty.</exception>
    public static IdxArray ReadLabels(string path) => Read(path, "labels", 1, 1);

    private static IdxArray Read(string path, string contents, int fewestDimensions, int mostDimensions)
    {
        using FileStream file = DataFile.Open(path, $"an IDX file of {contents}");
        bool compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            int[] dimensions = ReadHeader(stream, path, contents, fewestDimensions, mostDimensions);
            long header = 4 * (1 + dimensions.Length);
            int length = CheckLength(path, dimensions, header, file.Length, compressed);
            byte[] values = GC.AllocateUninitializedArray<byte>(length);
            int found = stream.ReadAtLeast(values, length, throwOnEndOfStream: false);
            if (found < length)
            {
                throw Truncated(path, header + length, header + found, dimensions);
            }

            if (stream.ReadByte() >= 0)
            {
                throw new InputException(
                    $"{path}: has more than the {header + length} bytes that its header promises ({Shape(dimensions)}).");
            }

            return new IdxArray(dimensions[0], length / dimensions[0], values);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path}: the gzip compression is damaged; expected an IDX file of {contents}.", e);
        }
    }

    private static int[] ReadHeader(Stream stream, string path, string contents, int fewestDimensions, int mostDimensions)
    {
        Span<byte> magic = stackalloc byte[4];
        int found = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (found == 0)
        {
            throw new InputException($"{path}: is empty; expected an IDX file of {contents}.");
        }

        if (found < magic.Length)
        {
            throw new InputException(
                $"{path}: truncated: found {found} bytes; an IDX file of {contents} begins with 4 bytes of magic number.");
        }

        int rank = magic[3];
        if (magic[0] != 0 || magic[1] != 0 || magic[2] != UnsignedByte || rank < fewestDimensions || rank > mostDimensions)
        {
            string expected = fewestDimensions == mostDimensions
                ? $"0x000008{mostDimensions:x2}"
                : $"0x000008{mostDimensions:x2} or 0x000008{fewestDimensions:x2}";
            string magicDigits = Convert.ToHexStringLower(magic);
            throw new InputException(
                $"{path}: wrong magic number 0x{magicDigits}; an IDX file of {contents} in bytes begins with {expected}.");
        }

        Span<byte> sizes = stackalloc byte[4 * rank];
        found = stream.ReadAtLeast(sizes, sizes.Length, throwOnEndOfStream: false);
        if (found < sizes.Length)
        {
            throw new InputException($"{path}: truncated: found {4 + found} bytes; the header alone has {4 + sizes.Length}.");
        }

        var dimensions = new int[rank];
        for (int d = 0; d < rank; d++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(sizes[(4 * d)..]);
            dimensions[d] = size switch
            {
                0 => throw new InputException($"{path}: holds no {contents}: dimension {d + 1} of its header is 0."),
                > int.MaxValue => throw new InputException(
                    $"{path}: dimension {d + 1} of its header is {size}; expected at most {int.MaxValue}."),
                _ => (int)size,
            };
        }

        return dimensions;
    }

    /// <summary>Number of elements, once it is sure that the file can hold them.</summary>
    private static int CheckLength(string path, int[] dimensions, long header, long fileLength, bool compressed)
    {
        Int128 elements = 1;
        foreach (int dimension in dimensions)
        {
            elements *= dimension;
        }

        if (!compressed && header + elements > fileLength)
        {
            throw Truncated(path, header + elements, fileLength, dimensions);
        }

        if (compressed && header + elements > fileLength * LargestDeflateRatio)
        {
            throw new InputException(
                $"{path}: promises {header + elements} bytes ({Shape(dimensions)}), which cannot be in {fileLength} compressed bytes.");
        }

        return elements <= Array.MaxLength
            ? (int)elements
            : throw new InputException($"{path}: promises {elements} bytes ({Shape(dimensions)}); at most {Array.MaxLength} can be held.");
    }

    private static InputException Truncated(string path, Int128 expected, long found, int[] dimensions) =>
        new($"{path}: truncated: expected {expected} bytes ({Shape(dimensions)} and the header), found {found}.");

    private static string Shape(int[] dimensions) => string.Join(" × ", dimensions);
}
