using DistSgd.Learning.Noise;

namespace DistSgd.Learning.Tests.Noise;

/// <summary>The estimator on gradients drawn from a known distribution: mean G, covariance Σ = diag(σ²).</summary>
public sealed class NoiseScaleEstimatorTests
{
    private static readonly double[] Gradient = [0.5, -0.3, 0.2, 0, 0.1];
    private static readonly double[] Deviations = [1, 2, 0.5, 1.5, 1];

    private static double Trace => Deviations.Sum(deviation => deviation * deviation);

    private static double SquaredNorm => Gradient.Sum(g => g * g);

    [Theory]
    [InlineData(8, 8, 8, 8)]
    [InlineData(9, 9, 8, 8)] // a batch that the shards do not divide
    [InlineData(1, 1)]
    public void Both_parts_are_unbiased_whatever_the_slices(params int[] sizes)
    {
        var random = new Random(5);
        double trace = 0, squared = 0;
        const int Trials = 40_000;
        for (int i = 0; i < Trials; i++)
        {
            var one = new NoiseScaleEstimator(0);
            Step(one, random, sizes);
            trace += one.Sums.Trace / Trials;
            squared += one.Sums.Gradient / Trials;
        }

        trace.ShouldBe(Trace, 0.02 * Trace);
        squared.ShouldBe(SquaredNorm, 0.08 * Trace / sizes.Sum());
    }

    [Fact]
    public void The_interval_covers_the_exact_value_in_95_percent_of_a_thousand_trials()
    {
        var random = new Random(11);
        int covered = 0;
        for (int trial = 0; trial < 1000; trial++)
        {
            var estimator = new NoiseScaleEstimator(0.99);
            for (int step = 0; step < 300; step++)
            {
                Step(estimator, random, 16, 16, 16, 16);
            }

            NoiseScale scale = estimator.Read()!.Value;
            scale.Low.ShouldBeLessThanOrEqualTo(scale.Scale);
            scale.High.ShouldBeGreaterThanOrEqualTo(scale.Scale);
            covered += scale.Low <= Trace / SquaredNorm && Trace / SquaredNorm <= scale.High ? 1 : 0;
        }

        covered.ShouldBeInRange(930, 970);
    }

    [Fact]
    public void Without_a_gradient_the_interval_has_no_upper_end()
    {
        var estimator = new NoiseScaleEstimator(0.99);
        var random = new Random(3);
        for (int step = 0; step < 400; step++)
        {
            Step(estimator, random, [8, 8], signal: 0);
        }

        NoiseScale scale = estimator.Read()!.Value;
        scale.High.ShouldBe(double.PositiveInfinity);
        scale.Low.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Few_steps_give_no_estimate()
    {
        var estimator = new NoiseScaleEstimator(0.9);
        estimator.Read().ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => estimator.Add(1, 1, 1, 1));
    }

    private static void Step(NoiseScaleEstimator estimator, Random random, params int[] sizes) => Step(estimator, random, sizes, signal: 1);

    private static void Step(NoiseScaleEstimator estimator, Random random, int[] sizes, double signal)
    {
        int examples = sizes.Sum();
        double[] mean = new double[Gradient.Length];
        double scaledSquares = 0;
        foreach (int size in sizes)
        {
            double[] sum = new double[Gradient.Length];
            for (int d = 0; d < sum.Length; d++)
            {
                sum[d] = (signal * size * Gradient[d]) + (Math.Sqrt(size) * Deviations[d] * Normal(random)); // of independent examples
                mean[d] += sum[d] / examples;
            }

            scaledSquares += sum.Sum(x => x * x) / size;
        }

        estimator.Add(sizes.Length, scaledSquares, examples, mean.Sum(x => x * x));
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
