using DistSgd.Simulation.World;

namespace DistSgd.Simulation.Tests.World;

public sealed class SimulatedProcessTests
{
    private readonly Agenda _agenda = new();
    private readonly List<string> _happened = [];

    [Fact]
    public void The_agenda_keeps_time_and_within_a_moment_the_order_of_entering()
    {
        _agenda.In(TimeSpan.FromSeconds(2), () => _happened.Add($"third at {_agenda.Now.TotalSeconds}"));
        _agenda.In(TimeSpan.FromSeconds(1), () => _happened.Add($"first at {_agenda.Now.TotalSeconds}"));
        _agenda.In(TimeSpan.FromSeconds(1), () => _happened.Add($"second at {_agenda.Now.TotalSeconds}"));
        while (_agenda.Advance())
        {
        }

        _happened.ShouldBe(["first at 1", "second at 1", "third at 2"]);
        _agenda.Happened.ShouldBe(3);
    }

    [Fact]
    public void What_happens_to_a_frozen_process_happens_in_order_when_it_is_thawed()
    {
        SimulatedProcess process = Process();
        process.Freeze();
        process.Freeze();
        process.Do(() => _happened.Add("a"));
        process.Do(() => process.Do(() => _happened.Add("c")));
        process.Do(() => _happened.Add("b"));
        process.Thaw();
        _happened.ShouldBeEmpty(); // it was frozen twice
        process.Thaw();
        _happened.ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void The_dead_do_nothing()
    {
        SimulatedProcess process = Process();
        process.In(TimeSpan.FromSeconds(1), () => _happened.Add("late"));
        process.Freeze();
        process.Do(() => _happened.Add("held"));
        process.Kill();
        process.Thaw();
        process.Do(() => _happened.Add("new"));
        _agenda.Advance();
        _happened.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(1.0)]
    [InlineData(1.1)]
    public void A_clock_that_drifts_shows_a_time_no_earlier_than_it_was_waited_for(double rate)
    {
        var clock = new DriftingClock(_agenda, rate);
        DateTimeOffset due = clock.GetUtcNow() + TimeSpan.FromSeconds(3);
        _agenda.In(clock.Until(due), static () => { });
        _agenda.Advance();
        clock.GetUtcNow().ShouldBeInRange(due, due + TimeSpan.FromMicroseconds(1));
        _agenda.Now.TotalSeconds.ShouldBe(3 / rate, 1e-5);
    }

    private SimulatedProcess Process() => new(_agenda, new DriftingClock(_agenda, 1));
}
