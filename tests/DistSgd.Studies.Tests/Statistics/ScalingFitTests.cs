using DistSgd.Numerics.Random;
using DistSgd.Studies.Statistics;

namespace DistSgd.Studies.Tests.Statistics;

public sealed class ScalingFitTests
{
    private static readonly double[] Batches = [1, 4, 16, 64, 256, 1024, 4096, 16384];

    [Theory]
    [InlineData(100, 14_000)]
    [InlineData(3, 5_000_000)]
    [InlineData(2_000, 2_100)] // nearly all of it parallel
    public void Planted_numbers_come_back_from_exact_steps(double minSteps, double minExamples)
    {
        ScalingFit fit = ScalingFit.Of(Batches, Steps(minSteps, minExamples, _ => 1))!;
        fit.MinSteps.ShouldBe(minSteps, 1e-6 * minSteps);
        fit.MinExamples.ShouldBe(minExamples, 1e-6 * minExamples);
        fit.CriticalBatch.ShouldBe(minExamples / minSteps, 1e-5 * minExamples / minSteps);
        fit.RelativeError.ShouldBeLessThan(1e-7);
        foreach (double batch in Batches)
        {
            double steps = fit.StepsAt(batch), examples = steps * batch;
            ((minExamples / examples) + (minSteps / steps)).ShouldBe(1, 1e-5); // the hyperbola itself
        }
    }

    [Theory]
    [InlineData(8, 0.1)]
    [InlineData(8, 0.05)]
    [InlineData(5, 0.1)]
    public void The_interval_of_the_critical_batch_covers_the_planted_one(int count, double noise)
    {
        double[] batches = [.. Enumerable.Range(0, count).Select(i => 140 * Math.Pow(4, i - ((count - 1) / 2.0)))];
        var random = new RandomStream(3, StreamPurpose.Test);
        const int Trials = 300;
        int covered = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            ScalingFit fit = ScalingFit.Of(
                batches, [.. batches.Select(batch => (100 + (14_000 / batch)) * Math.Exp(noise * random.NextNormal()))], seed: (ulong)trial)!;
            fit.CriticalBatchInterval.Low.ShouldBeLessThan(fit.CriticalBatch);
            fit.CriticalBatchInterval.High.ShouldBeGreaterThan(fit.CriticalBatch);
            covered += fit.CriticalBatchInterval.Low <= 140 && 140 <= fit.CriticalBatchInterval.High ? 1 : 0;
        }

        ((double)covered / Trials).ShouldBeInRange(0.91, 0.985);
    }

    [Fact]
    public void Slopes_at_the_borders_of_the_regimes_are_four_fifths_and_a_fifth()
    {
        var fit = new ScalingFit(100, 14_000);
        fit.SlopeAt(140).ShouldBe(-0.5, 1e-12);
        fit.SlopeAt(140 / 4.0).ShouldBe(-0.8, 1e-12);
        fit.SlopeAt(140 * 4.0).ShouldBe(-0.2, 1e-12);
    }

    [Fact]
    public void Three_batches_are_too_few() => ScalingFit.Of(Batches[..3], Steps(100, 14_000, _ => 1)[..3]).ShouldBeNull();

    private static double[] Steps(double minSteps, double minExamples, Func<double, double> factor) =>
        [.. Batches.Select(batch => (minSteps + (minExamples / batch)) * factor(batch))];
}
