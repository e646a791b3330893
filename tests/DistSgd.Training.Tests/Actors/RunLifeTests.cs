using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>When the server evaluates, writes checkpoints and ends, and what the log has of it.</summary>
public class RunLifeTests
{
    [Fact]
    public void Windows_cover_every_step_once_and_have_one_event_for_each_layer()
    {
        RunConfig config = SmallRuns.Config(c => c with { Log = c.Log with { StepEvery = 10 } });
        var host = new TestHost(SmallRuns.Task(config), config);
        host.Run();
        StepWindow[] windows = [.. host.Events.OfType<StepWindow>()];
        windows.SelectMany(w => Enumerable.Range((int)w.FirstStep, w.Count)).ShouldBe(Enumerable.Range(1, 25));
        windows.Sum(w => w.Examples).ShouldBe(SmallRuns.Task(config).Data.Count(DataPart.Training) * 2 + (25 - 22) * 16);
        host.Events.OfType<LayerWindow>().Count().ShouldBe(3 * windows.Length);
        foreach (StepWindow window in windows)
        {
            double sumOfSquares = host.Events.OfType<LayerWindow>().Where(l => l.Step == window.Step && window.Count == 1)
                .Sum(l => Math.Pow(l.WeightGradientNormMean, 2) + Math.Pow(l.BiasGradientNormMean, 2));
            if (window.Count == 1)
            {
                Math.Sqrt(sumOfSquares).ShouldBe(window.GradientNormMean, 1e-9);
            }
        }
    }

    [Fact]
    public void Evaluation_is_the_reference_evaluation_and_does_not_depend_on_the_workers()
    {
        foreach (int workers in new[] { 1, 2, 4 })
        {
            RunConfig config = SmallRuns.Config(c => c with { Cluster = c.Cluster with { Workers = workers } });
            TrainingTask task = SmallRuns.Task(config);
            RunResult result = new TestHost(task, config).Run();
            var evaluator = new BlockEvaluator(task.Architecture, task.Data.Scaler);
            foreach (DataPart part in Enum.GetValues<DataPart>())
            {
                (Learning.Data.Examples set, int[] indices) = task.Data.Part(part);
                result.Evaluations[part].ShouldBe(evaluator.EvaluateAll(result.FinalModel!.Parameters, set, indices));
            }
        }
    }

    [Fact]
    public void Checkpoints_are_written_at_the_start_on_schedule_and_at_the_end()
    {
        RunConfig config = SmallRuns.Config(c => c with { Training = c.Training with { CheckpointEvery = 10 } });
        var host = new TestHost(SmallRuns.Task(config), config);
        RunResult result = host.Run();
        host.Store.Saved.Select(checkpoint => checkpoint.State.Step).ShouldBe([0L, 10, 20, 25]);
        host.Events.OfType<CheckpointWritten>().Select(e => e.Step).ShouldBe([0L, 10, 20, 25]);
        result.FinalCheckpoint!.ParametersSha256.ShouldBe(host.Events.OfType<CheckpointWritten>().Last().ParametersSha256);
    }

    [Fact]
    public void An_interruption_ends_the_run_with_a_checkpoint_and_resuming_gives_the_bits_of_the_whole_run()
    {
        RunConfig config = SmallRuns.Config(c => c with { Log = c.Log with { StepEvery = 4 } });
        TrainingTask task = SmallRuns.Task(config);
        float[] expected = new TestHost(task, config).Run().FinalModel!.Parameters.Span.ToArray();

        var host = new TestHost(task, config);
        host.OnEvent = e =>
        {
            if (e is StepWindow { Step: 12 })
            {
                host.Post(ActorId.Server, new Interrupt("SIGINT"));
            }
        };
        RunResult interrupted = host.Run();
        interrupted.Outcome.ShouldBe(RunOutcomes.Interrupted);
        interrupted.Reason.ShouldBe("SIGINT");
        interrupted.Step.ShouldBeInRange(12, 20);

        var resumed = new TestHost(task, config, resumeFrom: host.Store.Saved.Last());
        resumed.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Early_stopping_ends_the_run_when_the_validation_loss_no_longer_improves()
    {
        RunConfig config = SmallRuns.Config(c => c with
        {
            Training = c.Training with { Steps = 500, EvaluateEvery = 5, EarlyStopping = new EarlyStoppingConfig { Patience = 2, MinDelta = 10 } },
        });
        var host = new TestHost(SmallRuns.Task(config), config);
        RunResult result = host.Run();
        result.Outcome.ShouldBe(RunOutcomes.EarlyStopped);
        result.Step.ShouldBe(15, "the first evaluation is the best so far, the two after it are not better by 10");
        result.Evaluations.Keys.ShouldBe([DataPart.Validation, DataPart.Training, DataPart.Test], ignoreOrder: true);
    }

    [Fact]
    public void A_run_that_stopped_early_takes_no_step_more_when_it_is_resumed_from_its_last_checkpoint()
    {
        // So it happens when the disk is full once the checkpoint is written but the model is not.
        RunConfig config = SmallRuns.Config(c => c with
        {
            Training = c.Training with { Steps = 500, EvaluateEvery = 5, EarlyStopping = new EarlyStoppingConfig { Patience = 2, MinDelta = 10 } },
        });
        TrainingTask task = SmallRuns.Task(config);
        var host = new TestHost(task, config);
        RunResult stopped = host.Run();
        RunResult resumed = new TestHost(task, config, resumeFrom: host.Store.Saved.Last()).Run();
        (resumed.Outcome, resumed.Reason, resumed.Step).ShouldBe((stopped.Outcome, stopped.Reason, stopped.Step));
        resumed.Evaluations.ShouldBe(stopped.Evaluations, ignoreOrder: true);
    }

    [Fact]
    public void Without_validation_and_test_examples_the_run_ends_all_the_same()
    {
        RunConfig config = SmallRuns.Config(c => c with { Data = c.Data with { Validation = 0, TestExamples = 0 } });
        RunResult result = new TestHost(SmallRuns.Task(config), config).Run();
        result.Outcome.ShouldBe(RunOutcomes.Completed);
        result.Evaluations.Keys.ShouldBe([DataPart.Training]);
    }

    [Fact]
    public void Workers_beyond_the_shards_stand_by()
    {
        RunConfig config = SmallRuns.Config(c => c with { Data = c.Data with { Shards = 2 }, Cluster = c.Cluster with { Workers = 3 } });
        var host = new TestHost(SmallRuns.Task(config), config);
        host.Run();
        host.Events.OfType<Membership>().Select(m => m.Shards.Count).ShouldBe([0, 1, 1], ignoreOrder: true);
    }
}
