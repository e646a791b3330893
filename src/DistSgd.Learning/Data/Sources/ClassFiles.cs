using System.Buffers.Binary;
using System.Text.Json;

namespace DistSgd.Learning.Data.Sources;

/// <summary>
/// Makes IDX files of a source that has a JSON file for each class, <c>0.json</c> to <c>9.json</c>: <c>{"data": [[784 bytes], ...]}</c>. Empty entries are
/// dropped. Of each class the first images are for training and the last ones for testing; the classes take turns, so that no order is left to learn.
/// </summary>
/// <param name="source">Where the JSON files are had from.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="train">Training images of a class.</param>
/// <param name="test">Test images of a class.</param>
public sealed class ClassFiles(IDataFetcher source, int classes = 10, int train = 6_000, int test = 1_000) : IDataFetcher
{
    private const int Side = 28;
    private const int Pixels = Side * Side;
    private const int ImagesMagic = 0x803;
    private const int LabelsMagic = 0x801;
    private const long LargestJson = 64 << 20; // five bytes a pixel

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(files);
        string[] names = [.. Enumerable.Range(0, classes).Select(label => $"{label}.json")];
        source.Fetch([.. names.Select(name => new VerifiedFile(name, LargestJson, ""))], directory, cancellation);
        byte[][][] images = [.. names.Select(name =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Read(directory, name);
        })];
        foreach (VerifiedFile file in files)
        {
            bool isTest = file.Name.StartsWith("t10k", StringComparison.Ordinal);
            int first = isTest ? train : 0, count = isTest ? test : train;
            using FileStream stream = File.Create(Path.Combine(directory, file.Name));
            Write(stream, images, first, count, file.Name.Contains("labels", StringComparison.Ordinal));
        }
    }

    private byte[][] Read(string directory, string name)
    {
        string path = Path.Combine(directory, name);
        int[]?[] entries = File.Exists(path) ? Entries(path, name) : throw new FetchException($"{name} is missing");
        byte[][] images = [.. entries.Where(entry => entry is { Length: > 0 }).Select(entry => Image(entry!, name))];
        return images.Length == train + test ? images : throw new FetchException($"{name} has {images.Length} images, expected {train + test}");
    }

    private static int[]?[] Entries(string path, string name)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<Content>(stream)?.Data ?? [];
        }
        catch (JsonException e)
        {
            // The exception's own message names types of this program.
            throw new FetchException($$"""{{name}} is not as expected at {{e.Path ?? "$"}}; expected {"data": [[{{Pixels}} numbers from 0 to 255], ...]}""", e);
        }
    }

    private static byte[] Image(int[] pixels, string name)
    {
        if (pixels.Length != Pixels)
        {
            throw new FetchException($"{name} has an image of {pixels.Length} pixels, expected {Pixels}");
        }

        int stranger = Array.FindIndex(pixels, pixel => pixel is < byte.MinValue or > byte.MaxValue);
        return stranger < 0
            ? Array.ConvertAll(pixels, pixel => (byte)pixel)
            : throw new FetchException($"{name} has a pixel of value {pixels[stranger]}, expected 0 to 255");
    }

    private void Write(FileStream stream, byte[][][] images, int first, int count, bool isLabels)
    {
        WriteNumber(stream, isLabels ? LabelsMagic : ImagesMagic);
        WriteNumber(stream, count * classes);
        if (!isLabels)
        {
            WriteNumber(stream, Side);
            WriteNumber(stream, Side);
        }

        for (int i = first; i < first + count; i++)
        {
            for (int label = 0; label < classes; label++)
            {
                stream.Write(isLabels ? [(byte)label] : images[label][i]);
            }
        }
    }

    private static void WriteNumber(FileStream stream, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        stream.Write(bytes);
    }

    private sealed class Content
    {
        [System.Text.Json.Serialization.JsonPropertyName("data")]
        public int[]?[]? Data { get; set; }
    }
}
