using System.Text.Json;
using DistSgd.Learning.Data;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Tests.Data.Sources;

public sealed class ClassFilesTests : IDisposable
{
    private static readonly VerifiedFile[] Files =
    [
        new("train-images-idx3-ubyte", 0, ""), new("train-labels-idx1-ubyte", 0, ""), new("t10k-images-idx3-ubyte", 0, ""), new("t10k-labels-idx1-ubyte", 0, ""),
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("class-files-").FullName;

    [Fact]
    public void The_first_images_of_each_class_train_the_last_test_and_the_classes_take_turns()
    {
        Fetch([Image(1), Image(2), [], Image(3), []], [Image(4), Image(5), Image(6)]);

        IdxArray images = IdxFile.ReadImages(Path.Combine(_directory, Files[0].Name));
        (images.Count, images.Width).ShouldBe((4, 784));
        Enumerable.Range(0, 4).Select(i => images.Values[i * 784]).ShouldBe(new byte[] { 1, 4, 2, 5 });
        IdxFile.ReadLabels(Path.Combine(_directory, Files[1].Name)).Values.ShouldBe(new byte[] { 0, 1, 0, 1 });
        IdxFile.ReadImages(Path.Combine(_directory, Files[2].Name)).Values.Where((_, i) => i % 784 == 0).ShouldBe(new byte[] { 3, 6 });
        IdxFile.ReadLabels(Path.Combine(_directory, Files[3].Name)).Values.ShouldBe(new byte[] { 0, 1 });
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Complaint([Image(1), Image(2)], [Image(4), Image(5), Image(6)]).ShouldBe("0.json has 2 images, expected 3");
        Complaint([Image(1), Image(2), Image(3)], [Image(4), [1, 2], Image(6)]).ShouldBe("1.json has an image of 2 pixels, expected 784");
        Complaint([Image(1), Image(2), Image(300)], [Image(4), Image(5), Image(6)]).ShouldBe("0.json has a pixel of value 300, expected 0 to 255");
        Complaint([Image(1), Image(2), Image(-1)], [Image(4), Image(5), Image(6)]).ShouldBe("0.json has a pixel of value -1, expected 0 to 255");
        Complaint([Image(1), Image(2), Image(3)]).ShouldBe("1.json is missing");
    }

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("""{"data": [[1.5]]}""", "$.data[0][0]")]
    [InlineData("""{"data": [[1, 2""", "$.data[0][1]")]
    public void What_is_no_list_of_images_is_placed(string json, string place) =>
        ComplaintOf(json).ShouldBe($$"""0.json is not as expected at {{place}}; expected {"data": [[784 numbers from 0 to 255], ...]}""");

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"data": null}""")]
    [InlineData("""{"data": [null, []]}""")]
    public void Nothing_in_place_of_images_counts_as_none(string json) => ComplaintOf(json).ShouldBe("0.json has 0 images, expected 3");

    [Fact]
    public void A_conversion_can_be_ended() =>
        Should.Throw<OperationCanceledException>(() => Converter(new Given(["{}"])).Fetch(Files, _directory, new CancellationToken(canceled: true)));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Complaint(params int[][][] classes) => Should.Throw<FetchException>(() => Fetch(classes)).Message;

    private string ComplaintOf(string json) =>
        Should.Throw<FetchException>(() => Converter(new Given([json])).Fetch(Files, _directory, CancellationToken.None)).Message;

    private void Fetch(params int[][][] classes)
    {
        foreach (string file in Directory.GetFiles(_directory))
        {
            File.Delete(file);
        }

        string[] contents = [.. classes.Select(images => JsonSerializer.Serialize(new { data = images }))];
        Converter(new Given(contents)).Fetch(Files, _directory, CancellationToken.None);
    }

    private static ClassFiles Converter(IDataFetcher source) => new(source, classes: 2, train: 2, test: 1);

    private static int[] Image(int pixel) => [.. Enumerable.Repeat(pixel, 784)];

    // The JSON file of each class as it is given; those of further classes are missing.
    private sealed class Given(string[] contents) : IDataFetcher
    {
        public string Name => "given";

        public void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation)
        {
            for (int label = 0; label < contents.Length; label++)
            {
                File.WriteAllText(Path.Combine(directory, $"{label}.json"), contents[label]);
            }
        }
    }
}
