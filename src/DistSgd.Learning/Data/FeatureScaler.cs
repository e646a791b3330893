namespace DistSgd.Learning.Data;

/// <summary>
/// Scales every feature by its own affine map, x · <see cref="Scale"/> + <see cref="Shift"/>, fitted on the training part alone.
/// </summary>
/// <remarks>The map is fitted in double precision in a fixed order and rounded once; it is part of a trained model.</remarks>
public sealed class FeatureScaler
{
    /// <summary>Takes a map that is known already, for instance from a checkpoint.</summary>
    /// <param name="scale">Factor of each feature; kept, not copied.</param>
    /// <param name="shift">Addend of each feature, as many; kept, not copied.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0, or a number is not finite.</exception>
    public FeatureScaler(float[] scale, float[] shift)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(shift);
        if (scale.Length == 0 || scale.Length != shift.Length)
        {
            throw new ArgumentException($"{scale.Length} factors and {shift.Length} addends do not make a map.");
        }

        if (!scale.All(float.IsFinite) || !shift.All(float.IsFinite))
        {
            throw new ArgumentException("A factor or addend is not finite.");
        }

        Scale = scale;
        Shift = shift;
    }

    /// <summary>Number of features.</summary>
    public int Width => Scale.Length;

    /// <summary>Factor of each feature.</summary>
    public float[] Scale { get; }

    /// <summary>Addend of each feature, after the factor.</summary>
    public float[] Shift { get; }

    /// <summary>Fits the map to the training part of a data set.</summary>
    /// <param name="scaling">
    /// <see cref="FeatureScaling.Unit"/>: bytes by 1/255, floats from [min, max] to [0, 1], a constant column to 0.
    /// <see cref="FeatureScaling.Standard"/>: mean 0 and variance 1 (divided by n), over all bytes together or for each column of
    /// floats; what is constant is only shifted to 0.
    /// </param>
    /// <param name="examples">The examples.</param>
    /// <param name="trainingIndices">Which of them are for training, at least one.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">There are no training examples.</exception>
    public static FeatureScaler Fit(FeatureScaling scaling, Examples examples, ReadOnlySpan<int> trainingIndices)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (trainingIndices.IsEmpty)
        {
            throw new ArgumentException("There is no example to fit the scaling to.", nameof(trainingIndices));
        }

        return (scaling, examples.StoredAsBytes) switch
        {
            (FeatureScaling.None, _) => Uniform(examples.Width, 1, 0),
            (FeatureScaling.Unit, true) => Uniform(examples.Width, 1f / byte.MaxValue, 0),
            (FeatureScaling.Unit, false) => UnitColumns(examples, trainingIndices),
            (FeatureScaling.Standard, true) => StandardBytes(examples, trainingIndices),
            (FeatureScaling.Standard, false) => StandardColumns(examples, trainingIndices),
            _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "Unknown scaling."),
        };
    }

    private static FeatureScaler Uniform(int width, float scale, float shift)
    {
        var scales = new float[width];
        var shifts = new float[width];
        Array.Fill(scales, scale);
        Array.Fill(shifts, shift);
        return new FeatureScaler(scales, shifts);
    }

    private static FeatureScaler UnitColumns(Examples examples, ReadOnlySpan<int> indices)
    {
        float[] least = examples.FloatRow(indices[0]).ToArray();
        float[] most = [.. least];
        foreach (int index in indices)
        {
            ReadOnlySpan<float> row = examples.FloatRow(index);
            for (int c = 0; c < row.Length; c++)
            {
                least[c] = Math.Min(least[c], row[c]);
                most[c] = Math.Max(most[c], row[c]);
            }
        }

        var scale = new float[examples.Width];
        var shift = new float[examples.Width];
        for (int c = 0; c < scale.Length; c++)
        {
            scale[c] = Reciprocal((double)most[c] - least[c], constant: 0);
            shift[c] = ShiftToZero(least[c], scale[c]);
        }

        return new FeatureScaler(scale, shift);
    }

    private static FeatureScaler StandardBytes(Examples examples, ReadOnlySpan<int> indices)
    {
        // Counting the values keeps the sums exact.
        var counts = new long[byte.MaxValue + 1];
        foreach (int index in indices)
        {
            foreach (byte value in examples.ByteRow(index))
            {
                counts[value]++;
            }
        }

        double elements = (double)indices.Length * examples.Width;
        double sum = 0;
        double squares = 0;
        for (int value = 0; value < counts.Length; value++)
        {
            sum += (double)counts[value] * value;
            squares += (double)counts[value] * value * value;
        }

        double mean = sum / elements;
        float scale = Reciprocal(Math.Sqrt((squares / elements) - (mean * mean)), constant: 1);
        return Uniform(examples.Width, scale, ShiftToZero(mean, scale));
    }

    private static FeatureScaler StandardColumns(Examples examples, ReadOnlySpan<int> indices)
    {
        // Deviations from the first row are exactly zero in a constant column, which sums of its values would not show.
        double[] first = Array.ConvertAll(examples.FloatRow(indices[0]).ToArray(), value => (double)value);
        double[] offsets = MeanDeviations(examples, indices, first, power: 1);
        double[] means = [.. first.Zip(offsets, (value, offset) => value + offset)];
        double[] variances = MeanDeviations(examples, indices, means, power: 2);
        var scale = new float[examples.Width];
        var shift = new float[examples.Width];
        for (int c = 0; c < scale.Length; c++)
        {
            scale[c] = Reciprocal(Math.Sqrt(variances[c]), constant: 1);
            shift[c] = ShiftToZero(means[c], scale[c]);
        }

        return new FeatureScaler(scale, shift);
    }

    /// <summary>Mean of x − centre, or of its square, for each column.</summary>
    private static double[] MeanDeviations(Examples examples, ReadOnlySpan<int> indices, double[] centres, int power)
    {
        var sums = new double[examples.Width];
        foreach (int index in indices)
        {
            ReadOnlySpan<float> row = examples.FloatRow(index);
            for (int c = 0; c < row.Length; c++)
            {
                double deviation = row[c] - centres[c];
                sums[c] += power == 1 ? deviation : deviation * deviation;
            }
        }

        int count = indices.Length;
        return Array.ConvertAll(sums, sum => sum / count);
    }

    /// <summary>1 / spread; the value for a constant feature if that is no finite number.</summary>
    private static float Reciprocal(double spread, float constant)
    {
        float reciprocal = (float)(1 / spread);
        return float.IsFinite(reciprocal) ? reciprocal : constant;
    }

    /// <summary>The shift that takes an origin to 0 after the factor as it was rounded, whose rounding so moves nothing.</summary>
    private static float ShiftToZero(double origin, float scale) => (float)-(origin * scale);
}
