using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>What the server does about a slice that is not finite, and what it says of it.</summary>
public class NonFiniteTests
{
    // An example of the training part: the policies say nothing of the validation part.
    private static readonly int Poisoned = SmallRuns.Task(SmallRuns.Config()).Data.Split.Shards[1][3];

    [Fact]
    public void Skip_step_leaves_out_the_step_and_names_worker_shard_and_examples()
    {
        RunConfig config = WithPolicy(NonFinitePolicy.SkipStep);
        (TestHost host, RunResult result) = Run(config);
        result.Outcome.ShouldBe(RunOutcomes.Completed);
        (long step, int shard, int[] slice) = FirstPoisonedSlice(config);

        TrainingAction first = host.Events.OfType<TrainingAction>().First();
        first.Action.ShouldBe(TrainingActions.SkipStep);
        first.Step.ShouldBe(step + 1);
        first.Shard.ShouldBe(shard);
        first.Worker.ShouldBe(shard < 2 ? "worker-0" : "worker-1");
        first.Examples.ShouldBe(slice);
        slice.ShouldContain(Poisoned);
        host.Events.OfType<StepWindow>().Sum(window => window.Skipped).ShouldBe(host.Events.OfType<TrainingAction>().Count());
        host.Events.OfType<StepWindow>().First(window => window.FirstNonFiniteStep is not null).FirstNonFiniteStep.ShouldBe(step + 1);
    }

    [Fact]
    public void Skip_step_gives_the_bits_of_the_reference_trainer()
    {
        RunConfig config = WithPolicy(NonFinitePolicy.SkipStep);
        (_, RunResult result) = Run(config);
        float[] expected = ReferenceTrainer.Train(SmallRuns.PoisonedTask(config, Poisoned)).Span.ToArray();
        result.FinalModel!.Parameters.Span.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Skip_slice_applies_the_rest_of_the_step()
    {
        (TestHost host, RunResult result) = Run(WithPolicy(NonFinitePolicy.SkipSlice));
        result.Outcome.ShouldBe(RunOutcomes.Completed);
        host.Events.OfType<StepWindow>().Sum(window => window.Skipped).ShouldBe(0);
        host.Events.OfType<TrainingAction>().ShouldAllBe(action => action.Action == TrainingActions.SkipSlice);
        result.FinalModel!.Parameters.Span.ToArray().ShouldAllBe(value => float.IsFinite(value));
    }

    [Fact]
    public void Stop_ends_the_run_at_once()
    {
        RunConfig config = WithPolicy(NonFinitePolicy.Stop);
        (TestHost host, RunResult result) = Run(config);
        result.Outcome.ShouldBe(RunOutcomes.StoppedByMonitor);
        result.Step.ShouldBe(FirstPoisonedSlice(config).Step + 1);
        host.Events.OfType<TrainingAction>().Last().Reason.ShouldBe(ActionReasons.NonFiniteGradient);
    }

    [Fact]
    public void Rollback_returns_to_the_last_checkpoint_and_goes_on_with_the_next_batch()
    {
        RunConfig config = WithPolicy(NonFinitePolicy.Rollback);
        config = config with { Training = config.Training with { CheckpointEvery = 3, Steps = FirstPoisonedSlice(config).Step + 1 } };
        (TestHost host, RunResult result) = Run(config);
        long mark = (result.Step - 1) / 3 * 3;
        float[] marked = host.Store.Saved.First(checkpoint => checkpoint.State.Step == mark).Parameters.Span.ToArray();
        result.FinalModel!.Parameters.Span.ToArray().ShouldBe(marked);
        host.Events.OfType<TrainingAction>().First().Action.ShouldBe(TrainingActions.Rollback);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Rollbacks_that_come_back_to_the_same_parameters_again_and_again_stop_the_run(int checkpointEvery)
    {
        // Every other step throws the parameters so far that the next gradient is not finite: never two steps in a row are skipped.
        RunConfig config = WithPolicy(NonFinitePolicy.Rollback);
        config = config with
        {
            Optimizer = config.Optimizer with { LearningRate = 1e30 },
            Monitor = config.Monitor with { MaxSkippedSteps = 5 },
            Training = config.Training with { CheckpointEvery = checkpointEvery },
        };
        TrainingTask task = SmallRuns.Task(config);
        var host = new TestHost(task, config);
        RunResult result = host.Run();

        result.Outcome.ShouldBe(RunOutcomes.StoppedByMonitor);
        result.Reason.ShouldBe("5 rollbacks came back to the same parameters");
        result.Step.ShouldBe(10);
        foreach (Training.Checkpoints.Checkpoint saved in host.Store.Saved.Where(c => c.State.Step < 10))
        {
            new TestHost(task, config, resumeFrom: saved).Run().Step.ShouldBe(10, "a resumed run goes on with the count");
        }
    }

    [Fact]
    public void The_run_stops_after_the_limit_of_consecutive_skipped_steps()
    {
        RunConfig config = SmallRuns.Config(c => c with { Monitor = c.Monitor with { MaxSkippedSteps = 5 } });
        int[] all = [.. Enumerable.Range(0, config.Data.Examples)];
        var host = new TestHost(SmallRuns.PoisonedTask(config, all), config);
        RunResult result = host.Run();
        result.Outcome.ShouldBe(RunOutcomes.StoppedByMonitor);
        result.Step.ShouldBe(5);
        result.Reason.ShouldBe("5 consecutive steps were skipped");
        host.Events.OfType<StepWindow>().Single().Skipped.ShouldBe(5);
    }

    private static RunConfig WithPolicy(NonFinitePolicy policy) =>
        SmallRuns.Config(c => c with { Monitor = c.Monitor with { OnNonFinite = policy } });

    private static (TestHost Host, RunResult Result) Run(RunConfig config)
    {
        var host = new TestHost(SmallRuns.PoisonedTask(config, Poisoned), config);
        return (host, host.Run());
    }

    private static (long Step, int Shard, int[] Slice) FirstPoisonedSlice(RunConfig config)
    {
        TrainingTask task = SmallRuns.Task(config);
        EpochSampler sampler = task.Data.CreateSampler();
        for (long step = 0; ; step++)
        {
            for (int shard = 0; shard < config.Data.Shards; shard++)
            {
                int[] slice = sampler.Slice(task.Batches.RangeOf(step), shard).ToArray();
                if (slice.Contains(Poisoned))
                {
                    return (step, shard, slice);
                }
            }
        }
    }
}
