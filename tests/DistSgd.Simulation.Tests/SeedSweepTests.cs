using DistSgd.Simulation.Faults;

namespace DistSgd.Simulation.Tests;

public sealed class SeedSweepTests
{
    [Fact]
    public void Some_hundred_seeds_keep_every_promise_and_meet_every_fault()
    {
        SweepReport report = SeedSweep.Run(1, 600, threads: 2);
        report.Failure.ShouldBeNull(report.Failure is { } f ? $"seed {f.Seed}: {f.Problem}" : "");
        report.Seeds.ShouldBe(600);
        report.Hits.Keys.ShouldBe(Enum.GetValues<FaultKind>());
        report.Hits.Where(hit => hit.Value == 0).ShouldBeEmpty();
    }

    [Fact]
    public void What_comes_of_seeds_does_not_depend_on_the_number_of_threads()
    {
        SweepReport one = SeedSweep.Run(10, 40, threads: 1);
        SweepReport three = SeedSweep.Run(10, 40, threads: 3);
        three.Hits.ShouldBe(one.Hits);
        (three.Seeds, three.Steps, three.Happenings, three.Time, three.MostUnderWay)
            .ShouldBe((one.Seeds, one.Steps, one.Happenings, one.Time, one.MostUnderWay));
    }

    [Fact]
    public void The_last_seeds_there_are_can_be_simulated() =>
        SeedSweep.Run(ulong.MaxValue - 1, ulong.MaxValue, threads: 2).Seeds.ShouldBe(2);
}
