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
        byte[][][] images = [.. names.Select(name => Read(directory, name))];
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
        try
        {
            string path = Path.Combine(directory, name);
            using FileStream stream = File.Exists(path) ? File.OpenRead(path) : throw new FetchException($"{name} is missing");
            int[][] entries = JsonSerializer.Deserialize<Content>(stream)?.Data ?? [];
            byte[][] images = [.. entries.Where(entry => entry.Length > 0).Select(entry => Array.ConvertAll(entry, pixel => checked((byte)pixel)))];
            return images.Length != train + test
                ? throw new FetchException($"{name} has {images.Length} images, expected {train + test}")
                : Array.Find(images, image => image.Length != Pixels) is { } strange
                ? throw new FetchException($"{name} has an image of {strange.Length} pixels, expected {Pixels}")
                : images;
        }
        catch (Exception e) when (e is JsonException or OverflowException)
        {
            throw new FetchException($"{name} holds no lists of bytes ({e.Message.TrimEnd('.')})", e);
        }
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
        public int[][] Data { get; set; } = [];
    }
}
