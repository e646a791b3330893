using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistSgd.Learning;

namespace DistSgd.Hosting.Runs.SafeTensors;

/// <summary>A tensor of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions, all at least 0.</param>
/// <param name="Start">Its first byte, counted from the start of the data.</param>
/// <param name="Bytes">Number of bytes: four times the product of the dimensions.</param>
public sealed record TensorEntry(string Name, IReadOnlyList<int> Shape, long Start, long Bytes);

/// <summary>The header of a safetensors file, parsed and checked against the size of the file.</summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The format's own limit, against hostile files.</summary>
    public const int MaximalLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private SafeTensorsHeader(long dataStart, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<TensorEntry> tensors)
    {
        DataStart = dataStart;
        Metadata = metadata;
        Tensors = tensors;
    }

    public long DataStart { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>Reads and checks the header of an open file.</summary>
    /// <exception cref="InputException">The file is not sound.</exception>
    public static SafeTensorsHeader Read(FileStream stream)
    {
        byte[] json = ReadJson(stream);
        (Dictionary<string, string> metadata, Dictionary<string, Entry> entries) = Parse(json, stream.Name);
        TensorEntry[] tensors = [.. entries.OrderBy(pair => pair.Value.DataOffsets.FirstOrDefault())
            .ThenBy(pair => pair.Value.DataOffsets.LastOrDefault())
            .Select(pair => Check(pair.Key, pair.Value, stream.Name))];
        CheckCoverage(tensors, stream.Length - stream.Position, stream.Name);
        return new SafeTensorsHeader(stream.Position, metadata, tensors);
    }

    private static byte[] ReadJson(FileStream stream)
    {
        if (stream.Length < sizeof(ulong))
        {
            throw Defect(stream.Name, $"{stream.Length} bytes are too few for a safetensors file");
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long available = stream.Length - stream.Position;
        if (length > MaximalLength)
        {
            throw Defect(stream.Name, $"it announces a header of {length} bytes, at most {MaximalLength} are allowed");
        }

        if (length > (ulong)available)
        {
            throw Defect(stream.Name, $"it announces a header of {length} bytes but ends after {available}");
        }

        byte[] json = new byte[length];
        stream.ReadExactly(json);
        return json;
    }

    private static (Dictionary<string, string> Metadata, Dictionary<string, Entry> Entries) Parse(byte[] json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            Dictionary<string, JsonElement> members = document.RootElement.Deserialize<Dictionary<string, JsonElement>>(Json)
                ?? throw new JsonException("The header is null.");
            Dictionary<string, string?> metadata = members.Remove(MetadataKey, out JsonElement element)
                ? element.Deserialize<Dictionary<string, string?>>(Json) ?? []
                : [];
            return (
                metadata.ToDictionary(pair => pair.Key, pair => pair.Value ?? throw new JsonException($"Metadata '{pair.Key}' is null.")),
                members.ToDictionary(pair => pair.Key, pair => ParseEntry(pair.Key, pair.Value)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how JsonDocument reports a property name that is no valid UTF-16.
            throw new InputException($"{path} is damaged or no safetensors file: its header cannot be parsed. {e.Message}", e);
        }
    }

    private static Entry ParseEntry(string name, JsonElement element)
    {
        try
        {
            return element.Deserialize<Entry>(Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new JsonException($"Tensor '{name}': {e.Message}", e);
        }
    }

    private static TensorEntry Check(string name, Entry entry, string path)
    {
        if (entry.Dtype != "F32")
        {
            throw Defect(path, $"tensor '{name}' has the type {entry.Dtype}, only F32 is supported");
        }

        if (entry.DataOffsets is not [long start, long end] || start < 0 || end < start || start % sizeof(float) != 0)
        {
            throw Defect(path, $"tensor '{name}' has the data offsets [{string.Join(", ", entry.DataOffsets)}], expected [start, end] "
                + "with start a multiple of 4 and not beyond end");
        }

        // A dimension is below 2³¹: as long as the product so far fits a long, the next one fits 128 bits.
        UInt128 bytes = sizeof(float);
        foreach (int dimension in entry.Shape)
        {
            bytes = dimension < 0 || bytes > (UInt128)long.MaxValue ? UInt128.MaxValue : bytes * (UInt128)dimension;
        }

        if (bytes != (UInt128)(end - start))
        {
            throw Defect(path, $"tensor '{name}' of shape [{string.Join(", ", entry.Shape)}] does not fit into its {end - start} bytes");
        }

        return new TensorEntry(name, entry.Shape, start, end - start);
    }

    /// <summary>The tensors must lie one behind the other and end where the file ends.</summary>
    private static void CheckCoverage(TensorEntry[] tensors, long dataLength, string path)
    {
        long end = 0;
        foreach (TensorEntry tensor in tensors)
        {
            if (tensor.Start != end)
            {
                throw Defect(path, $"tensor '{tensor.Name}' starts at byte {tensor.Start} of the data, expected {end}: "
                    + (tensor.Start < end ? "it overlaps the one before it" : "there is a gap before it"));
            }

            end += tensor.Bytes;
            if (end > dataLength)
            {
                throw Defect(path, $"tensor '{tensor.Name}' ends at byte {end} of the data, but only {dataLength} are there: "
                    + "the file is truncated");
            }
        }

        if (end < dataLength)
        {
            throw Defect(path, $"{dataLength - end} bytes follow the last tensor");
        }
    }

    private static InputException Defect(string path, string defect) =>
        new($"{path} is damaged or no safetensors file: {defect}.");

    private sealed record Entry(string Dtype, int[] Shape, long[] DataOffsets);
}
