using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Training.Config;

namespace DistSgd.Hosting;

/// <summary>Brings the data set that a config names.</summary>
public static class DatasetLoader
{
    /// <summary>Loads or generates the data set; fetches it first where that is possible.</summary>
    /// <param name="config">The config.</param>
    /// <param name="progress">Told what happens while the user waits.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="InputException">A file is missing or unusable, or a source cannot be reached.</exception>
    /// <exception cref="RunFailedException">The data do not fit into the memory.</exception>
    public static Dataset Load(RunConfig config, Action<string> progress)
    {
        ArgumentNullException.ThrowIfNull(config);
        try
        {
            return LoadSource(config, progress);
        }
        catch (OutOfMemoryException e)
        {
            throw new RunFailedException("Out of memory: the data set is kept in memory as a whole, and does not fit.", e);
        }
    }

    /// <summary>Makes sure that a data set is the one that something was made with.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="expectedSha256">The SHA-256 that it had then.</param>
    /// <param name="since">What was made with it, for the message: <c>the model was trained</c>.</param>
    /// <param name="wayOut">What to do about it, a sentence; empty for nothing.</param>
    /// <exception cref="InputException">It has changed.</exception>
    public static void RequireUnchanged(Dataset dataset, string expectedSha256, string since, string wayOut = "")
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (expectedSha256 != dataset.Sha256)
        {
            throw new InputException(
                $"{dataset.Name}: the data set has changed since {since}: "
                + $"found SHA-256 {dataset.Sha256}, expected {expectedSha256}. {wayOut}".TrimEnd());
        }
    }

    private static Dataset LoadSource(RunConfig config, Action<string> progress)
    {
        DataConfig data = config.Data;
        ulong seed = (ulong)config.Seed;
        bool classification = config.Loss != LossKind.Mse;
        return data.Source switch
        {
            DataSource.Mnist => ImageSet.Mnist.Load(progress),
            DataSource.FashionMnist => ImageSet.FashionMnist.Load(progress),
            DataSource.Idx => IdxData.Load(
                Existing("data.path", data.Path)!,
                Existing("data.labels_path", data.LabelsPath)!,
                Existing("data.test_path", data.TestPath),
                Existing("data.test_labels_path", data.TestLabelsPath)),
            DataSource.Csv => CsvData.Load(
                Existing("data.path", data.Path)!, data.LabelColumn, Existing("data.test_path", data.TestPath), classification),
            DataSource.Spirals => SyntheticData.Spirals(seed, data.Classes, data.Examples, data.TestExamples, data.Noise),
            DataSource.Blobs => SyntheticData.Blobs(seed, data.Classes, data.Features, data.Examples, data.TestExamples, data.Noise),
            DataSource.Teacher => SyntheticData.Teacher(
                seed, classification ? data.Classes : 0, data.Features, data.Examples, data.TestExamples, data.Noise),
            _ => throw new InvalidOperationException($"No loader for {data.Source}."),
        };
    }

    /// <summary>A file that is not there is a mistake of the key; whatever is wrong inside a file is told by its reader.</summary>
    private static string? Existing(string key, string? path) => path is null || File.Exists(path) ? path : throw InputException.OfKey(
        key, Directory.Exists(path) ? $"{path} is a directory; expected a file" : $"{path}: no such file");
}
