using System.Buffers.Binary;
using System.IO.Compression;
using DistSgd.Learning.Data;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Data;

public sealed class IdxTests : IDisposable
{
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Images_and_labels_load_as_bytes_and_classes()
    {
        Dataset data = IdxData.Load(Images([2, 2, 3]), Labels(0, 4), Images([1, 2, 3], "test"), Labels(3));

        (data.Train.Count, data.Train.Width, data.Test.Count, data.Classes).ShouldBe((2, 6, 1, 5));
        data.Train.ByteRow(1).ToArray().ShouldBe([6, 7, 8, 9, 10, 11]);
        data.Train.Labels.ShouldBe([0, 4]);
        data.Sha256.ShouldBe(DatasetDigest.Compute(data.Train, data.Test));
    }

    [Fact]
    public void A_matrix_of_two_dimensions_serves_as_images()
    {
        Dataset data = IdxData.Load(Images([2, 5]), Labels(0, 1));

        (data.Train.Width, data.Test.Count, data.Test.Width).ShouldBe((5, 0, 5));
    }

    [Fact]
    public void A_compressed_file_gives_the_same_bytes()
    {
        byte[] plain = Idx([3, 2, 2], Enumerable.Range(0, 12));

        IdxArray array = IdxFile.ReadImages(_files.Write("images", Gzip(plain)));

        (array.Count, array.Width).ShouldBe((3, 4));
        array.Values.ShouldBe(plain[16..]);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = Path.Combine(_files.Root, "none");

        Message(() => IdxFile.ReadImages(path)).ShouldBe($"{path}: no such file; expected an IDX file of images.");
        Message(() => IdxFile.ReadLabels(_files.Root)).ShouldBe($"{_files.Root}: is a directory; expected an IDX file of labels.");
    }

    [Fact]
    public void A_wrong_magic_number_is_shown()
    {
        string labels = Labels(1, 2);
        Message(() => IdxFile.ReadImages(labels))
            .ShouldBe($"{labels}: wrong magic number 0x00000801; an IDX file of images in bytes begins with 0x00000803 or 0x00000802.");

        string text = _files.Write("text", "a,b,c\n1,2,3\n");
        Message(() => IdxFile.ReadLabels(text))
            .ShouldBe($"{text}: wrong magic number 0x612c622c; an IDX file of labels in bytes begins with 0x00000801.");
    }

    [Fact]
    public void Every_truncation_tells_what_was_found()
    {
        byte[] whole = Idx([2, 2, 3], Enumerable.Range(0, 12));
        for (int length = 0; length < whole.Length; length++)
        {
            string plain = _files.Write("plain", whole[..length]);
            Message(() => IdxFile.ReadImages(plain)).ShouldContain(length == 0 ? "is empty" : $"found {length}");
            string packed = _files.Write("packed", Gzip(whole[..length]));
            Message(() => IdxFile.ReadImages(packed)).ShouldContain(length == 0 ? "is empty" : $"found {length}");
        }

        string path = _files.Write("cut", whole[..20]);
        Message(() => IdxFile.ReadImages(path)).ShouldBe($"{path}: truncated: expected 28 bytes (2 × 2 × 3 and the header), found 20.");
    }

    [Fact]
    public void A_cut_or_damaged_compression_is_an_input_error()
    {
        byte[] packed = Gzip(Idx([40, 5, 5], Enumerable.Range(0, 1000).Select(i => i * i * 7 % 251)));
        for (int length = 2; length < packed.Length - 8; length += 7)
        {
            string path = _files.Write("cut", packed[..length]);
            Should.Throw<InputException>(() => IdxFile.ReadImages(path));
        }

        packed[40] ^= 0xff;
        string damaged = _files.Write("damaged", packed);
        Should.Throw<InputException>(() => IdxFile.ReadImages(damaged)).Message.ShouldStartWith(damaged);
    }

    [Fact]
    public void More_bytes_than_promised_are_refused()
    {
        string path = _files.Write("long", [.. Idx([3], [1, 2, 3]), 9]);

        Message(() => IdxFile.ReadLabels(path)).ShouldBe($"{path}: has more than the 11 bytes that its header promises (3).");
    }

    [Fact]
    public void A_header_that_promises_more_than_fits_takes_no_memory()
    {
        byte[] huge = Idx([int.MaxValue, int.MaxValue, int.MaxValue], [1]);
        Message(() => IdxFile.ReadImages(_files.Write("plain", huge))).ShouldContain("truncated");
        Message(() => IdxFile.ReadImages(_files.Write("packed", Gzip(huge)))).ShouldContain("cannot be in");
    }

    [Fact]
    public void A_file_without_items_is_refused()
    {
        string path = _files.Write("none", Idx([0, 2, 2], []));

        Message(() => IdxFile.ReadImages(path)).ShouldBe($"{path}: holds no images: dimension 1 of its header is 0.");
    }

    [Fact]
    public void Images_and_labels_must_be_as_many()
    {
        string images = Images([2, 2, 2]);
        string labels = Labels(0, 1, 1);

        Message(() => IdxData.Load(images, labels)).ShouldBe($"{labels}: 3 labels for the 2 images of {images}.");
    }

    [Fact]
    public void A_test_label_beyond_the_training_classes_is_named()
    {
        string images = Images([2, 2, 2]);
        string labels = Labels(0, 1);
        string testLabels = Labels(1, 7);

        Message(() => IdxData.Load(images, labels, images, testLabels))
            .ShouldBe($"{testLabels}: label 1 is 7; the training labels go from 0 to 1 ({labels}).");
    }

    [Fact]
    public void Test_images_must_be_of_the_training_size_and_have_labels()
    {
        string images = Images([2, 2, 2]);
        string wide = Images([2, 3, 3], "test");
        string labels = Labels(0, 1);

        Message(() => IdxData.Load(images, labels, wide, labels))
            .ShouldBe($"{wide}: images of 9 bytes; the training images have 4 ({images}).");
        Message(() => IdxData.Load(images, labels, wide)).ShouldContain("without test labels");
        Message(() => IdxData.Load(images, labels, null, labels)).ShouldContain("without test images");
    }

    [Fact]
    public void Whatever_byte_of_the_file_changes_it_loads_or_is_an_input_error()
    {
        byte[] plain = Idx([4, 3, 2], Enumerable.Range(0, 24));
        byte[][] originals = [plain, Gzip(plain)];
        Gen<(int Which, int Position, int Value)> changes =
            from which in Gen.Choose(0, 1)
            from position in Gen.Choose(0, originals[which].Length - 1)
            from value in Gen.Choose(0, 255)
            select (which, position, value);
        Prop.ForAll(changes.ToArbitrary(), change =>
        {
            byte[] changed = [.. originals[change.Which]];
            changed[change.Position] = (byte)change.Value;
            string path = _files.Write("changed", changed);
            try
            {
                IdxArray images = IdxFile.ReadImages(path);
                images.Values.Length.ShouldBe(images.Count * images.Width);
            }
            catch (InputException e)
            {
                e.Message.ShouldStartWith(path);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static string Message(Action load) => Should.Throw<InputException>(load).Message;

    private static byte[] Idx(int[] dimensions, IEnumerable<int> values)
    {
        var bytes = new List<byte> { 0, 0, 8, (byte)dimensions.Length };
        foreach (int dimension in dimensions)
        {
            var size = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(size, dimension);
            bytes.AddRange(size);
        }

        return [.. bytes, .. values.Select(value => (byte)value)];
    }

    private static byte[] Gzip(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private string Images(int[] dimensions, string name = "images") =>
        _files.Write(name, Idx(dimensions, Enumerable.Range(0, dimensions.Aggregate((a, b) => a * b))));

    private string Labels(params int[] labels) => _files.Write("labels-" + string.Join('-', labels), Idx([labels.Length], labels));
}
