using DistSgd.Monitoring.Rules.Windows;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Monitoring.Tests.Rules.Windows;

public class RunningMedianTests
{
    private const int Span = 10;

    [Fact]
    public void It_is_the_median_of_the_shortest_tail_that_covers_the_span() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var median = new RunningMedian(Span);
            var all = new List<(double Value, int Steps)>();
            for (int i = 0; i < 50; i++)
            {
                all.Add((random.Next(5) == 0 ? double.PositiveInfinity : random.Next(20), random.Next(1, 7)));
                median.Add(all[^1].Value, all[^1].Steps);
                median.Value.ShouldBe(Naive(all));
            }
        }).QuickCheckThrowOnFailure();

    private static double? Naive(List<(double Value, int Steps)> all)
    {
        var tail = new List<double>();
        int covered = 0;
        for (int i = all.Count - 1; i >= 0 && covered < Span; i--)
        {
            tail.Add(all[i].Value);
            covered += all[i].Steps;
        }

        double[] sorted = [.. tail.Order()];
        return covered < Span ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
