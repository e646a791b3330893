using System.Text;
using DistSgd.Hosting.Runs.SafeTensors;
using DistSgd.Learning;

namespace DistSgd.Hosting.Tests.Runs.SafeTensors;

public sealed class SafeTensorsReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_of_an_independent_writer_is_read()
    {
        var plain = new PlainSafeTensors { Metadata = { ["who"] = "somebody" } };
        plain.Tensors["z"] = ([2, 2], [1, float.NaN, -0.0f, 4]);
        plain.Tensors["empty"] = ([0], []);
        plain.Tensors["a"] = ([1], [5]);

        using SafeTensorsReader reader = SafeTensorsReader.Open(_directory.WriteBytes("plain.safetensors", plain.ToBytes()));

        reader.Metadata.ShouldBe(plain.Metadata);
        reader.Tensors.Select(tensor => tensor.Name).ShouldBe(["z", "empty", "a"]);
        reader.Find("z")!.Shape.ShouldBe([2, 2]);
        reader.Read(reader.Find("z")!).Select(BitConverter.SingleToInt32Bits)
            .ShouldBe(plain.Tensors["z"].Values.Select(BitConverter.SingleToInt32Bits));
        reader.Read(reader.Find("empty")!).ShouldBeEmpty();
        reader.Read(reader.Find("a")!).ShouldBe([5]);
        reader.Find("b").ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}""", 8, "type F16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "truncated")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes follow the last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "shape [3] does not fit into its 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[2,10]}}""", 10, "multiple of 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "data offsets [8, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "data offsets [-8, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "data offsets [0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "shape [-2]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,0]}}""", 0, "does not fit into its 0 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlaps")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        8,
        "Duplicate property 'a'")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "Duplicate property 'dtype'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "data_offsets")]
    [InlineData("""{"a":{"dtype":null,"shape":[2],"data_offsets":[0,8]}}""", 8, "Tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "Tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}""", 8, "'more'")]
    [InlineData("""{"a":7}""", 8, "Tensor 'a'")]
    [InlineData("""{"__metadata__":{"key":1}}""", 0, "header cannot be parsed")]
    [InlineData("""{"__metadata__":{"key":null}}""", 0, "Metadata 'key' is null")]
    [InlineData("""{"__metadata__":[]}""", 0, "header cannot be parsed")]
    [InlineData("""{"\ud800":1}""", 0, "header cannot be parsed")]
    [InlineData("""{"a":""", 0, "header cannot be parsed")]
    [InlineData("[]", 0, "header cannot be parsed")]
    [InlineData("null", 0, "The header is null")]
    [InlineData("", 0, "header cannot be parsed")]
    public void A_defect_is_told_with_the_file(string header, int dataBytes, string defect)
    {
        string path = _directory.WriteBytes("bad.safetensors", PlainSafeTensors.File(header, dataBytes));

        string message = Should.Throw<InputException>(() => SafeTensorsReader.Open(path)).Message;

        message.ShouldContain(path);
        message.ShouldContain(defect);
    }

    [Theory]
    [InlineData(new byte[] { }, "0 bytes are too few")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0 }, "7 bytes are too few")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D }, "a header of 3 bytes but ends after 2")]
    [InlineData(new byte[] { 1, 0xE1, 0xF5, 5, 0, 0, 0, 0 }, "a header of 100000001 bytes, at most 100000000")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, "a header of 18446744073709551615 bytes")]
    [InlineData(new byte[] { 7, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D }, "header cannot be parsed")]
    public void A_broken_start_of_the_file_is_told(byte[] file, string defect)
    {
        string path = _directory.WriteBytes("bad.safetensors", file);

        Should.Throw<InputException>(() => SafeTensorsReader.Open(path)).Message.ShouldContain(defect);
    }

    [Fact]
    public void Spaces_after_the_header_are_part_of_the_format()
    {
        string header = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight(100);

        using SafeTensorsReader reader = SafeTensorsReader.Open(_directory.WriteBytes("padded", PlainSafeTensors.File(header, 4)));

        reader.Read(reader.Tensors[0]).ShouldBe([0]);
    }

    [Fact]
    public void A_missing_file_and_a_directory_are_told()
    {
        Should.Throw<InputException>(() => SafeTensorsReader.Open(_directory["nothing"])).Message.ShouldContain(_directory["nothing"]);
        Should.Throw<InputException>(() => SafeTensorsReader.Open(_directory.Path)).Message.ShouldContain(_directory.Path);
    }

    [Fact]
    public void A_refused_file_is_not_kept_open()
    {
        string path = _directory.WriteBytes("bad.safetensors", Encoding.UTF8.GetBytes("nonsense"));
        Should.Throw<InputException>(() => SafeTensorsReader.Open(path));

        using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        alone.Length.ShouldBe(8);
    }
}
