namespace DistSgd.Learning.Data;

/// <summary>
/// One set of examples: a row of features each, with a class or real-valued targets where there are any.
/// </summary>
/// <remarks>
/// Features are stored either as bytes or as floats, row-major and without padding. Images stay bytes (MNIST in 55 MB, not 220)
/// and are widened while a batch is gathered. The arrays are handed out as they are, for kernels; nobody changes them.
/// </remarks>
public sealed class Examples
{
    private Examples(int width, byte[]? bytes, float[]? floats, int[] labels, float[]? targets, int targetWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentNullException.ThrowIfNull(labels);
        int elements = bytes?.Length ?? floats!.Length;
        if (elements % width != 0)
        {
            throw new ArgumentException($"{elements} features do not make whole rows of {width}.", nameof(width));
        }

        Count = elements / width;
        if (labels.Length != 0 && labels.Length != Count)
        {
            throw new ArgumentException($"There are {labels.Length} labels for {Count} examples.", nameof(labels));
        }

        if (labels.Any(int.IsNegative))
        {
            throw new ArgumentException("A label is negative; classes count from 0.", nameof(labels));
        }

        if (targets is not null && targets.Length != (long)Count * targetWidth)
        {
            throw new ArgumentException($"There are {targets.Length} targets for {Count} examples of {targetWidth}.", nameof(targets));
        }

        Width = width;
        Bytes = bytes;
        Floats = floats;
        Labels = labels;
        Targets = targets;
        TargetWidth = targetWidth;
    }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>Number of features of an example.</summary>
    public int Width { get; }

    /// <summary>True if the features are bytes, false if they are floats.</summary>
    public bool StoredAsBytes => Bytes is not null;

    /// <summary>All features [<see cref="Count"/>, <see cref="Width"/>], or null if they are floats.</summary>
    public byte[]? Bytes { get; }

    /// <summary>All features [<see cref="Count"/>, <see cref="Width"/>], or null if they are bytes.</summary>
    public float[]? Floats { get; }

    /// <summary>The class of each example, from 0; empty if there are none.</summary>
    public int[] Labels { get; }

    /// <summary>Real-valued targets [<see cref="Count"/>, <see cref="TargetWidth"/>], or null if there are none.</summary>
    public float[]? Targets { get; }

    /// <summary>Number of targets of an example; 0 if there are none.</summary>
    public int TargetWidth { get; }

    /// <summary>Examples whose features are bytes.</summary>
    /// <param name="width">Features of an example, at least 1.</param>
    /// <param name="features">The features [count, width]; kept, not copied.</param>
    /// <param name="labels">A class for each example, or empty; kept, not copied.</param>
    /// <returns>The examples.</returns>
    /// <exception cref="ArgumentException">The sizes do not agree or a label is negative.</exception>
    public static Examples FromBytes(int width, byte[] features, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new(width, features, null, labels, null, 0);
    }

    /// <summary>Examples whose features are floats.</summary>
    /// <param name="width">Features of an example, at least 1.</param>
    /// <param name="features">The features [count, width]; kept, not copied.</param>
    /// <param name="labels">A class for each example, or empty; kept, not copied.</param>
    /// <returns>The examples.</returns>
    /// <exception cref="ArgumentException">The sizes do not agree or a label is negative.</exception>
    public static Examples FromFloats(int width, float[] features, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new(width, null, features, labels, null, 0);
    }

    /// <summary>Examples whose features are floats, with real-valued targets.</summary>
    /// <param name="width">Features of an example, at least 1.</param>
    /// <param name="features">The features [count, width]; kept, not copied.</param>
    /// <param name="targetWidth">Targets of an example, at least 1.</param>
    /// <param name="targets">The targets [count, targetWidth]; kept, not copied.</param>
    /// <returns>The examples.</returns>
    /// <exception cref="ArgumentException">The sizes do not agree.</exception>
    public static Examples WithTargets(int width, float[] features, int targetWidth, float[] targets)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetWidth);
        return new(width, null, features, [], targets, targetWidth);
    }

    /// <summary>No examples, of the same shape and storage as others: the test set of data that has none.</summary>
    /// <param name="others">The examples whose shape is taken.</param>
    /// <returns>An empty set.</returns>
    public static Examples NoneLike(Examples others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return new(
            others.Width,
            others.StoredAsBytes ? [] : null,
            others.StoredAsBytes ? null : [],
            [],
            others.Targets is null ? null : [],
            others.TargetWidth);
    }

    /// <summary>The features of one example that are bytes.</summary>
    /// <param name="i">Index of the example.</param>
    /// <returns><see cref="Width"/> bytes.</returns>
    /// <exception cref="InvalidOperationException">The features are floats.</exception>
    public ReadOnlySpan<byte> ByteRow(int i) =>
        Bytes is null ? throw new InvalidOperationException("The features are floats.") : Bytes.AsSpan(checked(i * Width), Width);

    /// <summary>The features of one example that are floats.</summary>
    /// <param name="i">Index of the example.</param>
    /// <returns><see cref="Width"/> floats.</returns>
    /// <exception cref="InvalidOperationException">The features are bytes.</exception>
    public ReadOnlySpan<float> FloatRow(int i) =>
        Floats is null ? throw new InvalidOperationException("The features are bytes.") : Floats.AsSpan(checked(i * Width), Width);
}
