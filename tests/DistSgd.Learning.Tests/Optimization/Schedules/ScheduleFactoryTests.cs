using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Optimization.Schedules;

public class ScheduleFactoryTests
{
    private const double Tolerance = 1e-15;

    [Theory]
    [InlineData(ScheduleKind.Constant, new[] { 0.2, 0.4, 0.4, 0.4, 0.4, 0.4 })]
    [InlineData(ScheduleKind.Step, new[] { 0.2, 0.4, 0.4, 0.4, 0.1, 0.1 })]
    [InlineData(ScheduleKind.Cosine, new[] { 0.2, 0.4, 0.4, 0.34142135623730956, 0.2, 0.058578643762690494 })]
    [InlineData(ScheduleKind.Linear, new[] { 0.2, 0.4, 0.4, 0.3, 0.2, 0.1 })]
    [InlineData(ScheduleKind.Exponential, new[] { 0.2, 0.4, 0.4, 0.24261226388505338, 0.14715177646857694, 0.08925206405937192 })]
    public void Every_shape_starts_its_clock_after_the_warm_up(ScheduleKind kind, double[] expected)
    {
        // Two steps of warm-up, then four steps of two an epoch.
        ISchedule schedule = ScheduleFactory.Build(new ScheduleSettings(kind, 0.4, 0, 6, 2, 2, Drop: 0.25, EveryEpochs: 1, DecayRate: 1));
        Enumerable.Range(0, 6).Select(t => schedule.ValueAt(t)).ShouldBe(expected, Tolerance);
    }

    [Fact]
    public void Cosine_and_line_end_at_the_minimum()
    {
        foreach (ScheduleKind kind in new[] { ScheduleKind.Cosine, ScheduleKind.Linear })
        {
            ISchedule schedule = ScheduleFactory.Build(new ScheduleSettings(kind, 0.4, 0.05, 100, 10, 20));
            schedule.ValueAt(99).ShouldBeGreaterThan(0.05);
            schedule.ValueAt(100).ShouldBe(0.05);
            schedule.ValueAt(1000).ShouldBe(0.05);
        }
    }

    [Fact]
    public void Rates_stay_above_zero_and_at_most_at_the_peak_and_never_rise_after_the_warm_up() =>
        Prop.ForAll<byte, byte, byte>((kind, total, warmup) =>
        {
            ISchedule schedule = ScheduleFactory.Build(
                new ScheduleSettings((ScheduleKind)(kind % 5), 0.3, 0.01, 1 + total, 7, warmup, EveryEpochs: 2));
            double[] rates = [.. Enumerable.Range(0, 1 + total).Select(t => schedule.ValueAt(t))];
            return rates.All(rate => rate is > 0 and <= 0.3)
                && rates.Take(warmup).Zip(rates.Take(warmup).Skip(1)).All(pair => pair.First < pair.Second)
                && rates.Skip(warmup).Zip(rates.Skip(warmup + 1)).All(pair => pair.First >= pair.Second);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_warm_up_as_long_as_the_run_fills_it()
    {
        ISchedule schedule = ScheduleFactory.Build(new ScheduleSettings(ScheduleKind.Cosine, 0.4, 0, 4, 2, 8));
        Enumerable.Range(0, 4).Select(t => schedule.ValueAt(t)).ShouldBe([0.05, 0.1, 0.15, 0.2], Tolerance);
    }

    [Fact]
    public void Momentum_climbs_from_its_initial_value_and_stays()
    {
        ISchedule schedule = ScheduleFactory.BuildMomentum(0.9, initial: 0.5, steps: 4);
        new long[] { 0, 1, 2, 3, 4, 100 }.Select(schedule.ValueAt).ShouldBe([0.5, 0.6, 0.7, 0.8, 0.9, 0.9], Tolerance);
        ScheduleFactory.BuildMomentum(0.99).ValueAt(0).ShouldBe(0.99);
    }

    [Fact]
    public void A_minimum_above_the_learning_rate_is_refused() =>
        Should.Throw<InputException>(() => ScheduleFactory.Build(new ScheduleSettings(ScheduleKind.Linear, 0.1, 0.2, 10, 1, 0)))
            .Message.ShouldBe("schedule.min_learning_rate: 0.2 is above optimizer.learning_rate; expected at most 0.1.");
}
