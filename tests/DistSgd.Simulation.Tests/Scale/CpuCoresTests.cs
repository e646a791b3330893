using DistSgd.Simulation.Scale;
using DistSgd.Simulation.World;

namespace DistSgd.Simulation.Tests.Scale;

public sealed class CpuCoresTests
{
    private readonly Agenda _agenda = new();
    private readonly Dictionary<string, double> _ended = [];

    [Fact]
    public void Each_core_runs_one_burst_at_full_speed()
    {
        var cores = new CpuCores(_agenda, 2);
        Run(cores, "long", 3);
        Run(cores, "short", 1);
        Play();
        _ended.ShouldBe(new Dictionary<string, double> { ["short"] = 1, ["long"] = 3 });
    }

    [Fact]
    public void More_bursts_than_cores_share_them_evenly()
    {
        // Three on two cores get two thirds each until the first ends at 1.5 s; then the others run at full speed.
        var cores = new CpuCores(_agenda, 2);
        Run(cores, "a", 1);
        Run(cores, "b", 2);
        Run(cores, "c", 2);
        Play();
        _ended["a"].ShouldBe(1.5, 1e-6);
        _ended["b"].ShouldBe(2.5, 1e-6);
        _ended["c"].ShouldBe(2.5, 1e-6);
        cores.Most.ShouldBe(3);
    }

    [Fact]
    public void One_that_comes_later_slows_the_others_from_then_on()
    {
        var cores = new CpuCores(_agenda, 1);
        Run(cores, "first", 2);
        _agenda.In(TimeSpan.FromSeconds(1), () => Run(cores, "second", 3));
        Play();
        _ended["first"].ShouldBe(3, 1e-6);
        _ended["second"].ShouldBe(5, 1e-6);
    }

    [Fact]
    public void A_thread_does_one_thing_after_the_other_though_cores_are_free()
    {
        var thread = new SimulatedThread(new CpuCores(_agenda, 4));
        thread.Do(1, () => _ended["first"] = _agenda.Now.TotalSeconds);
        thread.Do(2, () => _ended["second"] = _agenda.Now.TotalSeconds);
        Play();
        _ended.ShouldBe(new Dictionary<string, double> { ["first"] = 1, ["second"] = 3 });
        thread.Most.ShouldBe(1);
    }

    private void Run(CpuCores cores, string name, double seconds) => cores.Run(seconds, () => _ended[name] = _agenda.Now.TotalSeconds);

    private void Play()
    {
        while (_agenda.Advance())
        {
        }
    }
}
