using DistSgd.Learning;
using DistSgd.Learning.Optimization;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>A batch that grows over the run: what the log says of it, its schedules, and the modes that promise no bits.</summary>
public class GrowingBatchTests
{
    // 170 examples in batches of 20, 60 and 170.
    private static readonly int[] Sizes = [20, 20, 20, 20, 20, 20, 20, 20, 10, 60, 60, 50, 170, 170];

    private static readonly int[] Epochs = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4];

    [Fact]
    public void Steps_have_the_batch_of_their_epoch_and_evaluations_stand_at_the_ends_of_epochs()
    {
        TestHost host = Run(Growing());
        StepWindow[] steps = [.. host.Events.OfType<StepWindow>()];
        steps.Select(e => (int)e.Examples).ShouldBe(Sizes);
        steps.Select(e => e.Epoch).ShouldBe(Epochs);
        host.Events.OfType<Evaluation>().Where(e => e.Split == "validation").Select(e => (e.Step, e.Epoch)).ShouldBe([(9, 1), (12, 2), (13, 3), (14, 4)]);
    }

    [Fact]
    public void Schedules_run_in_epochs_not_in_steps()
    {
        RunConfig config = Growing();
        config = config with
        {
            Schedule = new ScheduleConfig { Kind = ScheduleKind.Linear, WarmupSteps = 6 },
            Optimizer = config.Optimizer with { MomentumSchedule = new MomentumScheduleConfig { Initial = 0, Steps = 18 } },
        };
        StepWindow[] steps = [.. Run(config).Events.OfType<StepWindow>()];

        // The time of each step in steps of the first batch, nine an epoch: 36 in all, of which 6 warm up and 30 fall.
        int[] times = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 18, 27];
        steps.Select(e => e.LearningRate).ShouldBe(times.Select(t => t < 6 ? 0.1 * (t + 1) / 6 : 0.1 * (1 - ((t - 6) / 30.0))), 1e-12);
        steps.Select(e => e.Momentum).ShouldBe(times.Select(t => Math.Min(0.9, 0.9 * t / 18)), 1e-12);
    }

    [Fact]
    public void A_length_in_steps_is_the_length_of_the_run()
    {
        TrainingTask task = SmallRuns.Task(Growing(c => c with { Epochs = null, Steps = 11 }));
        (task.TotalSteps, task.EpochsTotal, task.Batches.EpochsAfter(11)).ShouldBe((11, 2, 1 + (2 / 3.0)));
        SmallRuns.Task(Growing()).TotalSteps.ShouldBe(14);
    }

    [Fact]
    public void A_batch_that_may_not_grow_beyond_its_start_stays_what_it_is()
    {
        TrainingTask task = SmallRuns.Task(Growing(c => c with { BatchGrowth = new BatchGrowthConfig { Max = 20 } }));
        (task.Batches.Grows, task.TotalSteps).ShouldBe((false, 36));
    }

    [Theory]
    [InlineData(ConsistencyMode.Ssp)]
    [InlineData(ConsistencyMode.Async)]
    public void Where_shards_have_clocks_each_gives_its_slices_of_every_epoch(ConsistencyMode mode)
    {
        RunConfig config = Growing();
        config = config with { Cluster = config.Cluster with { Mode = mode, Workers = 1, Staleness = 1 } };
        StepWindow[] steps = [.. Run(config).Events.OfType<StepWindow>()];
        steps.Select(e => (int)e.Examples).ShouldBe(Sizes); // one worker takes the shards in turn
        steps.Select(e => e.Epoch).ShouldBe(Epochs);

        TestHost many = Run(config with { Cluster = config.Cluster with { Workers = 3 } });
        many.Events.OfType<StepWindow>().Select(e => e.Step).ShouldBe(Enumerable.Range(1, 14).Select(step => (long)step));
    }

    [Fact]
    public void Shards_that_gave_something_not_finite_are_named_with_the_examples_of_the_grown_batch()
    {
        RunConfig config = Growing();
        TrainingTask task = SmallRuns.PoisonedTask(config, SmallRuns.Task(config).Data.Split.Shards[1][0]);
        var host = new TestHost(task, config);
        host.Run();
        TrainingAction[] skipped = [.. host.Events.OfType<TrainingAction>().Where(e => e.Shard == 1)];
        skipped.Select(e => e.Epoch).ShouldBe([1, 2, 3, 4]);
        foreach (TrainingAction action in skipped)
        {
            action.Examples.ShouldBe(task.Data.CreateSampler().Slice(task.Batches.RangeOf(action.Step - 1), 1).ToArray());
            Epochs[action.Step - 1].ShouldBe(action.Epoch);
        }
    }

    private static RunConfig Growing(Func<TrainingConfig, TrainingConfig>? change = null)
    {
        var training = new TrainingConfig { BatchSize = 20, Epochs = 4, BatchGrowth = new BatchGrowthConfig { Factor = 3 }, CheckpointEvery = 0 };
        return SmallRuns.Config(c => c with { Training = change?.Invoke(training) ?? training, Log = new LogConfig { StepEvery = 1 } });
    }

    private static TestHost Run(RunConfig config)
    {
        var host = new TestHost(SmallRuns.Task(config), config);
        RunResult result = host.Run();
        result.Outcome.ShouldBe(RunOutcomes.Completed);
        return host;
    }
}
