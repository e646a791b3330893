namespace DistSgd.Learning.Data;

/// <summary>A data set from IDX files: images and the class of each.</summary>
public static class IdxData
{
    /// <summary>Loads a training pair and, if given, a test pair.</summary>
    /// <param name="images">IDX file of the training images.</param>
    /// <param name="labels">IDX file of their labels; the number of classes is the largest label plus 1.</param>
    /// <param name="testImages">IDX file of the test images, or null; given exactly if <paramref name="testLabels"/> is.</param>
    /// <param name="testLabels">IDX file of the labels of the test images, or null.</param>
    /// <returns>The data, features as bytes.</returns>
    /// <exception cref="InputException">A file is unusable, counts or widths disagree, or a test label is no training class.</exception>
    public static Dataset Load(string images, string labels, string? testImages = null, string? testLabels = null)
    {
        (Examples train, Examples test, int classes) = LoadExamples(images, labels, testImages, testLabels);
        return new Dataset(Path.GetFileNameWithoutExtension(images), train, test, classes, DatasetDigest.Compute(train, test));
    }

    /// <summary>As <see cref="Load"/>, without the digest, for callers who know one already.</summary>
    internal static (Examples Train, Examples Test, int Classes) LoadExamples(
        string images, string labels, string? testImages, string? testLabels)
    {
        if (testImages is null != testLabels is null)
        {
            throw new InputException(testImages is null
                ? $"{testLabels}: test labels are given without test images; expected both or neither."
                : $"{testImages}: test images are given without test labels; expected both or neither.");
        }

        Examples train = LoadPair(images, labels);
        int classes = train.Labels.Max() + 1;
        if (testImages is null || testLabels is null)
        {
            return (train, Examples.NoneLike(train), classes);
        }

        Examples test = LoadPair(testImages, testLabels);
        if (test.Width != train.Width)
        {
            throw new InputException($"{testImages}: images of {test.Width} bytes; the training images have {train.Width} ({images}).");
        }

        int stranger = Array.FindIndex(test.Labels, label => label >= classes);
        return stranger < 0
            ? (train, test, classes)
            : throw new InputException(
                $"{testLabels}: label {stranger} is {test.Labels[stranger]}; the training labels go from 0 to {classes - 1} ({labels}).");
    }

    private static Examples LoadPair(string imagesPath, string labelsPath)
    {
        IdxArray images = IdxFile.ReadImages(imagesPath);
        IdxArray labels = IdxFile.ReadLabels(labelsPath);
        return images.Count == labels.Count
            ? Examples.FromBytes(images.Width, images.Values, Array.ConvertAll(labels.Values, label => (int)label))
            : throw new InputException($"{labelsPath}: {labels.Count} labels for the {images.Count} images of {imagesPath}.");
    }
}
