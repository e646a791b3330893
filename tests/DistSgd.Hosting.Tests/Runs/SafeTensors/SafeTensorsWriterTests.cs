using System.Buffers.Binary;
using System.Text;
using DistSgd.Hosting.Runs.SafeTensors;

namespace DistSgd.Hosting.Tests.Runs.SafeTensors;

public class SafeTensorsWriterTests
{
    [Fact]
    public void A_file_has_the_bytes_of_the_format()
    {
        byte[] file = Write(
            [Source("b", [2], 1, -2), Source("a", [1, 1], 0.5f)],
            new() { ["key"] = "a \"quoted\" value" });

        const string Header = """{"__metadata__":{"key":"a \"quoted\" value"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"""
            + ""","a":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}}""";
        BinaryPrimitives.ReadInt64LittleEndian(file).ShouldBe(160);
        Encoding.UTF8.GetString(file, 8, 160).ShouldBe(Header.PadRight(160));
        file[168..].ShouldBe([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abcdefg")]
    [InlineData("abcdefgh")]
    [InlineData("é")]
    public void The_data_start_at_a_multiple_of_eight(string name)
    {
        byte[] file = Write([Source(name, [1], 1)], []);

        (BinaryPrimitives.ReadInt64LittleEndian(file) % 8).ShouldBe(0);
        PlainSafeTensors.Parse(file).Tensors[name].Values.ShouldBe([1]);
    }

    [Fact]
    public void An_independent_reader_finds_shapes_and_values()
    {
        var file = PlainSafeTensors.Parse(Write(
            [Source("matrix", [2, 3], 1, 2, 3, 4, 5, 6), Source("empty", [0, 3]), Source("scalar", [], 7)],
            new() { ["key"] = "value" }));

        file.Metadata.ShouldBe(new Dictionary<string, string> { ["key"] = "value" });
        file.Tensors["matrix"].Shape.ShouldBe([2, 3]);
        file.Tensors["matrix"].Values.ShouldBe([1, 2, 3, 4, 5, 6]);
        file.Tensors["empty"].Values.ShouldBeEmpty();
        file.Tensors["scalar"].Shape.ShouldBeEmpty();
        file.Tensors["scalar"].Values.ShouldBe([7]);
    }

    private static byte[] Write(TensorSource[] tensors, Dictionary<string, string> metadata)
    {
        var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static TensorSource Source(string name, int[] shape, params float[] values) => new(name, shape, (row, bytes) =>
    {
        int columns = bytes.Length / sizeof(float);
        for (int i = 0; i < columns; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(sizeof(float) * i)..], values[(row * columns) + i]);
        }
    });
}
