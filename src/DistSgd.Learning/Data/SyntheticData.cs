using DistSgd.Numerics;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Data;

/// <summary>
/// Generated data sets: pure functions of the seed, with the same bits on every machine.
/// </summary>
/// <remarks>
/// Every example has its own random stream, so a larger set begins with the smaller one; test examples come from other streams
/// than training examples. Spirals and blobs take the classes in turn.
/// </remarks>
public static class SyntheticData
{
    /// <summary>How far a spiral turns from its inner to its outer end, in radians.</summary>
    public const double SpiralTurn = 4;

    /// <summary>Radius of the inner end of a spiral; the outer end is at 1.</summary>
    public const double SpiralInnerRadius = 0.1;

    // First coordinates of the streams: what both parts share, then the parts.
    private const long SharedPart = 0;
    private const long TrainPart = 1;
    private const long TestPart = 2;

    /// <summary>Writes the features of one example and returns its class or its real target.</summary>
    private delegate double Draw(RandomStream random, int index, Span<float> features);

    /// <summary>
    /// Interleaved spirals in the plane, one a class: radius and angle grow together, the angle is noisy (after the CS231n notes).
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="classes">Number of spirals, at least 2.</param>
    /// <param name="examples">Number of training examples, at least 1.</param>
    /// <param name="testExamples">Number of test examples, at least 0.</param>
    /// <param name="noise">Standard deviation of the angle in radians; neighbouring spirals are 2π / classes apart.</param>
    /// <returns>The data, two features.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least value.</exception>
    public static Dataset Spirals(ulong seed, int classes, int examples, int testExamples, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        return Generate("spirals", seed, width: 2, classes, examples, testExamples, noise, (random, i, features) =>
        {
            int label = i % classes;
            double progress = random.NextDouble();
            double radius = SpiralInnerRadius + ((1 - SpiralInnerRadius) * progress);
            double angle = (2 * Math.PI * label / classes) + (SpiralTurn * progress) + (noise * random.NextNormal());
            features[0] = (float)(radius * PortableMath.Cos(angle));
            features[1] = (float)(radius * PortableMath.Sin(angle));
            return label;
        });
    }

    /// <summary>Gaussian blobs, one a class, around centres uniform in the cube [−1, 1].</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="classes">Number of blobs, at least 2.</param>
    /// <param name="features">Number of features, at least 1.</param>
    /// <param name="examples">Number of training examples, at least 1.</param>
    /// <param name="testExamples">Number of test examples, at least 0.</param>
    /// <param name="noise">Standard deviation of a blob in every direction.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least value.</exception>
    public static Dataset Blobs(ulong seed, int classes, int features, int examples, int testExamples, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        RandomStream shared = Shared(seed);
        var centres = new double[classes * features];
        foreach (ref double coordinate in centres.AsSpan())
        {
            coordinate = (2 * shared.NextDouble()) - 1;
        }

        return Generate("blobs", seed, features, classes, examples, testExamples, noise, (random, i, row) =>
        {
            int label = i % classes;
            for (int f = 0; f < row.Length; f++)
            {
                row[f] = (float)(centres[(label * row.Length) + f] + (noise * random.NextNormal()));
            }

            return label;
        });
    }

    /// <summary>Standard normal inputs, answered by a random <see cref="TeacherNetwork"/>.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="classes">Number of classes, at least 2: the class is the largest output; or 0: the one output is a real target.</param>
    /// <param name="features">Number of features, at least 1.</param>
    /// <param name="examples">Number of training examples, at least 1.</param>
    /// <param name="testExamples">Number of test examples, at least 0.</param>
    /// <param name="noise">Standard deviation of what is added to each output; the outputs themselves have a variance below 1.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least value.</exception>
    public static Dataset Teacher(ulong seed, int classes, int features, int examples, int testExamples, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        ArgumentOutOfRangeException.ThrowIfEqual(classes, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        var outputs = new double[Math.Max(classes, 1)];
        var teacher = new TeacherNetwork(Shared(seed), features, outputs.Length);
        return Generate("teacher", seed, features, classes, examples, testExamples, noise, (random, _, row) =>
        {
            foreach (ref float feature in row)
            {
                feature = (float)random.NextNormal();
            }

            teacher.Answer(row, outputs);
            foreach (ref double output in outputs.AsSpan())
            {
                output += noise * random.NextNormal();
            }

            return classes == 0 ? outputs[0] : Array.IndexOf(outputs, outputs.Max());
        });
    }

    private static RandomStream Shared(ulong seed) => new(seed, StreamPurpose.DataGenerator, SharedPart);

    private static Dataset Generate(
        string name, ulong seed, int width, int classes, int examples, int testExamples, double noise, Draw draw)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(examples);
        ArgumentOutOfRangeException.ThrowIfNegative(testExamples);
        ArgumentOutOfRangeException.ThrowIfNegative(noise);
        Examples train = GeneratePart(seed, TrainPart, width, classes, examples, draw);
        Examples test = GeneratePart(seed, TestPart, width, classes, testExamples, draw);
        return new Dataset(name, train, test, classes, DatasetDigest.Compute(train, test));
    }

    private static Examples GeneratePart(ulong seed, long part, int width, int classes, int count, Draw draw)
    {
        var random = new RandomStream(seed, StreamPurpose.DataGenerator, part);
        var features = new float[checked(count * width)];
        var answers = new double[count];
        for (int i = 0; i < count; i++)
        {
            random.Restart(seed, StreamPurpose.DataGenerator, part, i);
            answers[i] = draw(random, i, features.AsSpan(i * width, width));
        }

        return classes == 0
            ? Examples.WithTargets(width, features, 1, Array.ConvertAll(answers, answer => (float)answer))
            : Examples.FromFloats(width, features, Array.ConvertAll(answers, answer => (int)answer));
    }
}
