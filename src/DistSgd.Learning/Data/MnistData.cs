using System.Security.Cryptography;
using System.Text;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Data;

/// <summary>The MNIST digits (LeCun, Cortes and Burges 1998).</summary>
public static class MnistData
{
    /// <summary>Loads MNIST from the user's cache, fetching it first if need be. The sums of the files are checked every time.</summary>
    /// <param name="report">Receives the progress of a fetch, a line at a time; null for silence.</param>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <returns>60,000 training and 10,000 test examples of 784 bytes, 10 classes.</returns>
    /// <exception cref="InputException">MNIST is not in the cache and no source has it.</exception>
    /// <exception cref="OperationCanceledException">The fetch was ended.</exception>
    public static Dataset Load(Action<string>? report = null, CancellationToken cancellation = default)
    {
        VerifiedCache cache = MnistCache.Open(report);
        cache.Ensure(cancellation);
        (Examples train, Examples test, int classes) = IdxData.LoadExamples(
            cache.PathOf(MnistCache.TrainImages),
            cache.PathOf(MnistCache.TrainLabels),
            cache.PathOf(MnistCache.TestImages),
            cache.PathOf(MnistCache.TestLabels));

        // The files have just been checked against their sums, which therefore stand for the data.
        byte[] sums = Encoding.ASCII.GetBytes(string.Concat(cache.Files.Select(file => file.Sha256)));
        return new Dataset("mnist", train, test, classes, Convert.ToHexStringLower(SHA256.HashData(sums)));
    }
}
