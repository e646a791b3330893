using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Simulation.Faults;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Simulation.Tests;

public sealed class ClusterSimulationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4827)] // all workers lost while the server waited for the others: it waited for ever
    [InlineData(344)] // a worker answered a server that was gone
    public void A_seed_replays_the_same_history_to_the_bits_of_one_process(ulong seed)
    {
        (SimulationReport first, List<string> firstLines) = Run(ClusterSimulation.Plan(seed));
        (SimulationReport again, List<string> againLines) = Run(ClusterSimulation.Plan(seed));
        first.Problem.ShouldBeNull();
        againLines.ShouldBe(firstLines);
        (again.Time, again.Happenings).ShouldBe((first.Time, first.Happenings));
        Scenario scenario = ClusterSimulation.Plan(seed);
        TrainingTask task = TrainingTaskFactory.Create(scenario.Config, DatasetLoader.Load(scenario.Config, static _ => { }));
        first.ParametersSha256.ShouldBe(ParametersHash.Compute(task.Architecture.CreateLayout(), ReferenceTrainer.Train(task).Span));
    }

    [Fact]
    public void Without_faults_a_run_takes_the_time_of_its_steps()
    {
        Scenario quiet = Quiet();
        (SimulationReport report, List<string> lines) = Run(quiet);
        report.Problem.ShouldBeNull();
        report.Steps.ShouldBe(quiet.Config.Training.Steps!.Value);
        report.Hits.ShouldBeEmpty();
        lines.ShouldNotContain(line => line.Contains("lost", StringComparison.Ordinal));
    }

    [Fact]
    public void A_core_that_cannot_finish_breaks_the_promise_that_runs_end()
    {
        Scenario stuck = Quiet() with { Starts = Quiet().Workers.ToDictionary(worker => worker, _ => (TimeSpan?)null), Core = [] };
        Run(stuck).Report.Problem.ShouldNotBeNull().ShouldStartWith("run ends:");
    }

    [Fact]
    public void Workers_that_never_come_are_waited_for_no_longer_than_the_config_says()
    {
        Scenario quiet = Quiet();
        Scenario one = quiet with { Starts = quiet.Workers.ToDictionary(worker => worker, worker => worker == "worker-0" ? TimeSpan.Zero : (TimeSpan?)null) };
        SimulationReport report = Run(one).Report;
        report.Problem.ShouldBeNull();
        report.Time.TotalSeconds.ShouldBeGreaterThan(one.Config.Cluster.JoinWait);
    }

    [Fact]
    public void The_plan_tells_of_every_fault()
    {
        Scenario scenario = ClusterSimulation.Plan(1);
        string[] lines = [.. scenario.Describe()];
        lines.Count(line => line.StartsWith("fault", StringComparison.Ordinal)).ShouldBe(scenario.Faults.Count);
        foreach (TimedFault fault in scenario.Faults)
        {
            lines.ShouldContain(line => line.Contains(fault.Kind.ToString(), StringComparison.Ordinal));
        }
    }

    private static Scenario Quiet()
    {
        // Any seed with several workers.
        Scenario scenario = Enumerable.Range(1, 100).Select(seed => ClusterSimulation.Plan((ulong)seed)).First(s => s.Workers.Count >= 3);
        return scenario with
        {
            Faults = [],
            Frames = FrameFaults.None,
            Core = scenario.Workers,
            ClockRates = scenario.ClockRates.ToDictionary(rate => rate.Key, _ => 1.0),
            Starts = scenario.Workers.ToDictionary(worker => worker, _ => (TimeSpan?)TimeSpan.Zero),
        };
    }

    private static (SimulationReport Report, List<string> Lines) Run(Scenario scenario)
    {
        var lines = new List<string>();
        return (ClusterSimulation.Run(scenario, lines.Add), lines);
    }
}
