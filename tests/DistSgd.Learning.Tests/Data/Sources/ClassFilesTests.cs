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
        Complaint([Image(1), Image(2), Image(300)], [Image(4), Image(5), Image(6)]).ShouldStartWith("0.json holds no lists of bytes");
        Complaint([Image(1), Image(2), Image(3)]).ShouldBe("1.json is missing");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Complaint(params int[][][] classes) => Should.Throw<FetchException>(() => Fetch(classes)).Message;

    private void Fetch(params int[][][] classes)
    {
        foreach (string file in Directory.GetFiles(_directory))
        {
            File.Delete(file);
        }

        new ClassFiles(new Given(classes), classes: 2, train: 2, test: 1).Fetch(Files, _directory, CancellationToken.None);
    }

    private static int[] Image(int pixel) => [.. Enumerable.Repeat(pixel, 784)];

    private sealed class Given(int[][][] classes) : IDataFetcher
    {
        public string Name => "given";

        public void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation)
        {
            for (int label = 0; label < classes.Length; label++)
            {
                File.WriteAllText(Path.Combine(directory, $"{label}.json"), JsonSerializer.Serialize(new { data = classes[label] }));
            }
        }
    }
}
