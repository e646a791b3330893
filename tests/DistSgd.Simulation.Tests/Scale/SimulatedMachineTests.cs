using DistSgd.Simulation.Scale;
using DistSgd.Simulation.World;

namespace DistSgd.Simulation.Tests.Scale;

public sealed class SimulatedMachineTests
{
    private const double Latency = 0.5;
    private const double BytesPerSecond = 100;

    private readonly Agenda _agenda = new();
    private readonly List<double> _arrivals = [];
    private readonly SimulatedMachine _a;
    private readonly SimulatedMachine _b;
    private readonly SimulatedMachine _c;

    public SimulatedMachineTests()
    {
        var network = new NetworkCosts(Latency, BytesPerSecond);
        (_a, _b, _c) = (new SimulatedMachine(_agenda, 1, network), new SimulatedMachine(_agenda, 1, network), new SimulatedMachine(_agenda, 1, network));
    }

    [Fact]
    public void A_frame_takes_latency_and_its_bytes() => ShouldArrive([(_a, _b)], 1.5);

    [Fact]
    public void A_card_sends_one_frame_after_the_other() => ShouldArrive([(_a, _b), (_a, _c)], 1.5, 2.5);

    [Fact]
    public void A_card_receives_one_frame_after_the_other() => ShouldArrive([(_a, _c), (_b, _c)], 1.5, 2.5);

    [Fact]
    public void Both_directions_go_at_once() => ShouldArrive([(_a, _b), (_b, _a)], 1.5, 1.5);

    [Fact]
    public void Within_a_machine_it_takes_no_time() => ShouldArrive([(_a, _a)], 0);

    [Fact]
    public void The_parts_of_several_servers_fill_the_workers_card()
    {
        _a.Send(_b, 25, 100, () => _arrivals.Add(_agenda.Now.TotalSeconds));
        Play();
        _arrivals.ShouldBe([1.5]);
    }

    private void ShouldArrive((SimulatedMachine From, SimulatedMachine To)[] frames, params double[] arrivals)
    {
        foreach ((SimulatedMachine from, SimulatedMachine to) in frames)
        {
            from.Send(to, 100, 100, () => _arrivals.Add(_agenda.Now.TotalSeconds));
        }

        Play();
        _arrivals.ShouldBe(arrivals);
    }

    private void Play()
    {
        while (_agenda.Advance())
        {
        }
    }
}
