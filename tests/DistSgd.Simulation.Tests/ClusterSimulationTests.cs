using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Simulation.Faults;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Simulation.Tests;

public sealed class ClusterSimulationTests
{
    [Fact]
    public void A_seed_replays_the_same_history_and_in_mode_sync_ends_with_the_bits_of_one_process()
    {
        int sync = 0;
        for (ulong seed = 1; seed <= 12; seed++)
        {
            Scenario scenario = ClusterSimulation.Plan(seed);
            (SimulationReport first, List<string> firstLines) = Run(scenario);
            (SimulationReport again, List<string> againLines) = Run(ClusterSimulation.Plan(seed));
            first.Problem.ShouldBeNull();
            againLines.ShouldBe(firstLines);
            (again.Time, again.Happenings, again.ParametersSha256).ShouldBe((first.Time, first.Happenings, first.ParametersSha256));
            if (scenario.Config.Cluster.Mode == ConsistencyMode.Sync)
            {
                sync++;
                TrainingTask task = TrainingTaskFactory.Create(scenario.Config, DatasetLoader.Load(scenario.Config, static _ => { }));
                first.ParametersSha256.ShouldBe(ParametersHash.Compute(task.Architecture.CreateLayout(), ReferenceTrainer.Train(task).Span));
            }
        }

        sync.ShouldBeInRange(4, 11);
    }

    [Fact]
    public void Faults_do_no_harm_to_a_run_whose_batch_grows()
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            Scenario planned = ClusterSimulation.Plan(seed);
            TrainingConfig training = planned.Config.Training with { BatchGrowth = new BatchGrowthConfig { Factor = 1.5 } };
            Run(planned with { Config = planned.Config with { Training = training } }).Report.Problem.ShouldBeNull($"seed {seed}");
        }
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
