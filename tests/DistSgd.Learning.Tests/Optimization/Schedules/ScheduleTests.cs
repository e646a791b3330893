using DistSgd.Learning.Optimization.Schedules;

namespace DistSgd.Learning.Tests.Optimization.Schedules;

public class ScheduleTests
{
    private const double Tolerance = 1e-15;

    [Fact]
    public void Constant_never_changes() => Values(new ConstantSchedule(0.3), 0, 1, 1_000_000_000_000).ShouldBe([0.3, 0.3, 0.3]);

    // Ten steps an epoch, a drop every two epochs.
    [Fact]
    public void Step_decay_drops_at_the_first_step_of_every_second_epoch() =>
        Values(new StepDecaySchedule(0.8, 0.5, everyEpochs: 2, stepsPerEpoch: 10), 0, 19, 20, 39, 40, 65)
            .ShouldBe([0.8, 0.8, 0.4, 0.4, 0.2, 0.1], Tolerance);

    // 0.2·e^(−0.5 t) at t = 0, ½, 1 and 3 epochs of four steps.
    [Fact]
    public void Exponential_decay_counts_time_in_epochs() =>
        Values(new ExponentialSchedule(0.2, rate: 0.5, stepsPerEpoch: 4), 0, 2, 4, 12)
            .ShouldBe([0.2, 0.15576015661428098, 0.12130613194252669, 0.04462603202968596], Tolerance);

    // cos 0, π/4, π/3, π/2, π·11/12, π at steps of twelve.
    [Fact]
    public void Cosine_falls_from_maximum_to_minimum() =>
        Values(new CosineSchedule(0.9, 0.1, steps: 12), 0, 3, 4, 6, 11, 12, 100)
            .ShouldBe(
                [0.9, 0.5 + (0.4 * Math.Sqrt(0.5)), 0.7, 0.5, 0.5 - (0.1 * (Math.Sqrt(6) + Math.Sqrt(2))), 0.1, 0.1],
                Tolerance);

    [Fact]
    public void Linear_goes_straight_and_then_stays() =>
        Values(new LinearSchedule(1, 0.2, steps: 4), 0, 1, 2, 3, 4, 5).ShouldBe([1, 0.8, 0.6, 0.4, 0.2, 0.2], Tolerance);

    [Fact]
    public void Warm_up_climbs_from_the_first_step_and_hands_over_at_the_peak() =>
        Values(new WarmupSchedule(new LinearSchedule(0.4, 0, steps: 2), warmupSteps: 4), 0, 1, 2, 3, 4, 5, 6)
            .ShouldBe([0.1, 0.2, 0.3, 0.4, 0.4, 0.2, 0], Tolerance);

    [Fact]
    public void Lengths_below_one_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new StepDecaySchedule(1, 0.5, 0, 10));
        Should.Throw<ArgumentOutOfRangeException>(() => new StepDecaySchedule(1, 0.5, 10, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new ExponentialSchedule(1, 0.5, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new CosineSchedule(1, 0, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new LinearSchedule(1, 0, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new WarmupSchedule(new ConstantSchedule(1), 0));
    }

    private static double[] Values(ISchedule schedule, params long[] steps) => [.. steps.Select(schedule.ValueAt)];
}
