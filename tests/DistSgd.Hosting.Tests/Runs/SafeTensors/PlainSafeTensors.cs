using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DistSgd.Hosting.Tests.Runs.SafeTensors;

// The safetensors format once more, written from its description and sharing no code with the product.
internal sealed class PlainSafeTensors
{
    public Dictionary<string, string> Metadata { get; } = [];

    public Dictionary<string, (int[] Shape, float[] Values)> Tensors { get; } = [];

    public static byte[] File(string header, int dataBytes) => File(header, new byte[dataBytes]);

    public static byte[] File(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }

    public static PlainSafeTensors Parse(byte[] file)
    {
        var result = new PlainSafeTensors();
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        foreach ((string name, JsonNode? node) in JsonNode.Parse(file.AsSpan(8, headerLength))!.AsObject())
        {
            if (name == "__metadata__")
            {
                foreach ((string key, JsonNode? value) in node!.AsObject())
                {
                    result.Metadata[key] = value!.GetValue<string>();
                }

                continue;
            }

            node!["dtype"]!.GetValue<string>().ShouldBe("F32");
            int start = 8 + headerLength + node["data_offsets"]![0]!.GetValue<int>();
            int end = 8 + headerLength + node["data_offsets"]![1]!.GetValue<int>();
            float[] values = [.. file[start..end].Chunk(4).Select(bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes))];
            int[] shape = [.. node["shape"]!.AsArray().Select(dimension => dimension!.GetValue<int>())];
            result.Tensors[name] = (shape, values);
        }

        return result;
    }

    public byte[] ToBytes()
    {
        var metadata = new JsonObject(Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        var header = new JsonObject { ["__metadata__"] = metadata };
        var data = new List<byte>();
        foreach ((string name, (int[] shape, float[] values)) in Tensors)
        {
            header[name] = new JsonObject
            {
                ["data_offsets"] = new JsonArray(data.Count, data.Count + (4 * values.Length)),
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(dimension => (JsonNode)dimension)]),
            };
            data.AddRange(values.SelectMany(BitConverter.GetBytes));
        }

        return File(header.ToJsonString(), [.. data]);
    }

    // Adds the digest that this program's own files carry.
    public PlainSafeTensors Sealed()
    {
        string metadata = string.Concat(
            Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}\0{pair.Value}\0"));
        byte[] data = [.. Tensors.Values.SelectMany(tensor => tensor.Values).SelectMany(BitConverter.GetBytes)];
        Metadata["distsgd.sha256"] = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(metadata), .. data]));
        return this;
    }
}
