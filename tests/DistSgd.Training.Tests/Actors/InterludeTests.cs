using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Noise;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>What the monitor has done between steps: measurements by the workers, quarantine, and actions about alerts.</summary>
public sealed class InterludeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)] // two are standbys
    public void Activations_are_the_same_whoever_measures_them_and_change_nothing(int workers)
    {
        RunConfig config = Measured(SmallRuns.Config(c => c with { Cluster = c.Cluster with { Workers = workers } }));
        float[] expected = ReferenceTrainer.Train(SmallRuns.Task(config)).Span.ToArray();
        ActivationMeasurement[] alone = Measurements(new TestHost(SmallRuns.Task(config), Measured(SmallRuns.Config(c => c with { Cluster = c.Cluster with { Workers = 2 } }))));
        alone.Select(measured => (measured.Step, measured.Layer)).ShouldBe(
            [(0L, 0), (0L, 1), (0L, 2), (10L, 0), (10L, 1), (10L, 2), (20L, 0), (20L, 1), (20L, 2)]);
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var host = new TestHost(SmallRuns.Task(config), config, seed);
            host.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected);
            Measurements(host, run: false).Select(Numbers).ShouldBe(alone.Select(Numbers));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Gradients_are_tested_alike_whoever_does_it_and_that_changes_nothing(int workers)
    {
        RunConfig config = SmallRuns.Config(c => c with
        {
            Cluster = c.Cluster with { Workers = workers },
            Monitor = c.Monitor with { GradientTestsEvery = 160 },
        });
        TrainingTask task = SmallRuns.Task(config);
        var host = new TestHost(task, config, seed: 3);
        host.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(ReferenceTrainer.Train(task).Span.ToArray());
        GradientTestMeasurement[] found = [.. host.Events.OfType<GradientTestMeasurement>()];
        found.Select(tests => tests.Step).ShouldBe([0L, 10, 20]);

        // What the first one has to say follows from the initial parameters alone.
        AlignedVector initial = new(task.Architecture.CreateLayout().Length);
        ParameterInitializer.Fill(task.Architecture.CreateLayout(), task.Initialization, task.Seed, initial.Span);
        var request = new GradientTestRequest(initial);
        new LocalCurvature(task.Architecture, task.Data, found[0].Examples).Answer(request);
        GradientTestResult expected = GradientTests.Read(request.Losses)!;
        (found[0].NormTest, found[0].InnerProductTest, found[0].OrthogonalityTest).ShouldBe((expected.Norm, expected.InnerProduct, expected.Orthogonality));
        foreach (GradientTestMeasurement tests in found)
        {
            double both = (tests.InnerProductTest * tests.InnerProductTest) + (tests.OrthogonalityTest * tests.OrthogonalityTest);
            (tests.NormTest * tests.NormTest).ShouldBe(both, 1e-9 * both);
        }
    }

    [Fact]
    public void A_worker_that_dies_while_it_measures_holds_nobody_up()
    {
        RunConfig config = Measured(SmallRuns.Config(c => c with { Cluster = c.Cluster with { Workers = 3 } }));
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var host = new TestHost(SmallRuns.Task(config), config, seed);
            bool killed = false;
            host.Deliveries = message =>
            {
                if (message is Protocol.MeasureCurvature && !killed)
                {
                    killed = true;
                    host.Kill(ActorId.Worker(1));
                }

                return 1;
            };
            host.Run().Outcome.ShouldBe(RunOutcomes.Completed);
            Measurements(host, run: false).Length.ShouldBe(9);
        }
    }

    [Fact]
    public void A_planted_fault_is_found_with_its_worker_and_shard_and_the_worker_is_put_into_quarantine()
    {
        RunConfig config = SmallRuns.Config(c => c with
        {
            Cluster = c.Cluster with { Workers = 4 },
            Monitor = c.Monitor with { OnNonFinite = NonFinitePolicy.SkipSlice, QuarantineAfter = 3 },
        });
        TrainingTask task = SmallRuns.Task(config);
        var host = new TestHost(task, config, fault: new PlantedFault("worker-2", new SliceFault(2, float.NaN), 5, 100));
        host.Run().Outcome.ShouldBe(RunOutcomes.Completed);
        TrainingAction[] actions = [.. host.Events.OfType<TrainingAction>()];
        actions.Select(action => (action.Step, action.Worker, action.Shard)).ShouldBe([(5, "worker-2", 2), (6, "worker-2", 2), (7, "worker-2", 2)]);
        int[] examples = task.Data.CreateSampler().Slice(task.Batches.RangeOf(4), 2).ToArray();
        actions[0].Examples.ShouldBe(examples);
        Membership quarantined = host.Events.OfType<Membership>().Single(change => change.Change == MembershipChanges.Quarantined);
        quarantined.Worker.ShouldBe("worker-2");
        quarantined.Shards.ShouldBe([2]);
        host.Events.OfType<Membership>().Last().Shards.ShouldNotBeEmpty("the others share its shards");
    }

    [Fact]
    public void Where_the_data_are_bad_no_second_worker_is_put_into_quarantine()
    {
        RunConfig config = SmallRuns.Config(c => c with
        {
            Cluster = c.Cluster with { Workers = 4 },
            Monitor = c.Monitor with { OnNonFinite = NonFinitePolicy.SkipSlice, QuarantineAfter = 3, MaxSkippedSteps = 100 },
        });
        var host = new TestHost(SmallRuns.Task(config), config, fault: new PlantedFault("*", new SliceFault(2, float.NaN), 5, 100));
        host.Run().Outcome.ShouldBe(RunOutcomes.Completed);
        host.Events.OfType<Membership>().Count(change => change.Change == MembershipChanges.Quarantined).ShouldBe(1);
    }

    [Theory]
    [InlineData(AlertAction.LowerRate, TrainingActions.LowerRate)]
    [InlineData(AlertAction.RaiseRate, TrainingActions.RaiseRate)]
    [InlineData(AlertAction.AddMomentum, TrainingActions.AddMomentum)]
    [InlineData(AlertAction.Clip, TrainingActions.Clip)]
    [InlineData(AlertAction.Rollback, TrainingActions.Rollback)]
    [InlineData(AlertAction.Perturb, TrainingActions.Perturb)]
    public void An_action_is_taken_up_to_its_limit_with_the_same_bits_for_any_workers_and_after_a_resume(AlertAction action, string written)
    {
        RunConfig config = Plateau(action, workers: 2);
        TrainingTask task = SmallRuns.Task(config);
        var host = new TestHost(task, config);
        RunResult whole = host.Run();
        string[] taken = [.. host.Events.OfType<TrainingAction>().Select(e => e.Action)];
        taken.Length.ShouldBe(2);
        taken[0].ShouldBe(written);
        host.Events.OfType<TrainingAction>().ShouldAllBe(e => e.Reason == LossPlateauRule.RuleName);
        float[] expected = whole.FinalModel!.Parameters.Span.ToArray();
        expected.ShouldNotBe(ReferenceTrainer.Train(SmallRuns.Task(Plateau(AlertAction.None, 2))).Span.ToArray());

        RunConfig others = Plateau(action, workers: 3);
        new TestHost(task, others, seed: 9).Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected);
        foreach (Checkpoint checkpoint in host.Store.Saved.Where(saved => saved.State.Step is > 0 and < 1200))
        {
            var resumed = new TestHost(task, config, resumeFrom: checkpoint, past: [.. host.Events.Where(e => !(e.Position > checkpoint.State.Step))]);
            resumed.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected, $"resumed at step {checkpoint.State.Step}");
        }
    }

    [Fact]
    public void An_alert_whose_action_is_stop_ends_the_run()
    {
        RunConfig config = Plateau(AlertAction.Stop, workers: 2);
        var host = new TestHost(SmallRuns.Task(config), config);
        RunResult result = host.Run();
        (result.Outcome, result.Reason).ShouldBe((RunOutcomes.StoppedByMonitor, "the rule loss_plateau spoke and monitor.actions.loss_plateau is stop"));
        host.Events.OfType<TrainingAction>().Last().Action.ShouldBe(TrainingActions.Stop);
    }

    [Fact]
    public void A_plateau_at_zero_weights_is_diagnosed_as_a_saddle()
    {
        RunConfig config = Plateau(AlertAction.None, workers: 2);
        config = config with { Monitor = config.Monitor with { DiagnosePlateau = true } };
        var host = new TestHost(SmallRuns.Task(config), config);
        float[] expected = ReferenceTrainer.Train(SmallRuns.Task(config)).Span.ToArray();
        host.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected, "to look changes nothing");
        Diagnosis diagnosis = host.Events.OfType<Diagnosis>().First();
        diagnosis.Verdict.ShouldBe(DiagnosisVerdicts.Saddle);
        diagnosis.SmallestEigenvalue.ShouldBeLessThan(-100 * diagnosis.Zero);
    }

    [Theory]
    [InlineData("worker-2:5:100-120:NaN", "worker-2", 5, 100, 120)]
    [InlineData("*:0:1-1:20", "*", 0, 1, 1)]
    public void A_planted_fault_is_read(string text, string worker, int shard, long first, long last)
    {
        PlantedFault fault = PlantedFault.Parse(text);
        (fault.Worker, fault.Fault.Shard, fault.FirstStep, fault.LastStep).ShouldBe((worker, shard, first, last));
        fault.At(first - 2).ShouldBeNull();
        fault.At(first - 1).ShouldNotBeNull();
        Should.Throw<FormatException>(() => PlantedFault.Parse("worker-2"));
    }

    [Fact]
    public void The_noise_scale_is_the_same_for_any_workers_and_goes_on_after_a_resume()
    {
        RunConfig config = SmallRuns.Config(c => c with { Training = c.Training with { Steps = 60, CheckpointEvery = 30 } });
        TrainingTask task = SmallRuns.Task(config);
        var host = new TestHost(task, config);
        host.Run();
        NoiseScaleMeasurement[] whole = [.. host.Events.OfType<NoiseScaleMeasurement>()];
        whole.Select(measured => measured.Step).ShouldBe([20L, 22, 30, 33, 40, 44, 50, 55, 60]); // ends of windows and of epochs of 11 steps

        var others = new TestHost(task, config with { Cluster = config.Cluster with { Workers = 3 } }, seed: 5);
        others.Run();
        others.Events.OfType<NoiseScaleMeasurement>().Select(Estimate).ShouldBe(whole.Select(Estimate));

        var resumed = new TestHost(task, config, resumeFrom: host.Store.Saved.Single(saved => saved.State.Step == 30));
        resumed.Run();
        resumed.Events.OfType<NoiseScaleMeasurement>().Select(Estimate).ShouldBe(whole.Where(measured => measured.Step > 30).Select(Estimate));
    }

    private static object Estimate(NoiseScaleMeasurement measured) => (measured.Step, measured.CovarianceTrace, measured.SquaredGradientNorm, measured.NoiseScale, measured.Low, measured.High);

    // All weights zero: nothing but the biases of the last layer moves, and the loss stands still at a saddle.
    private static RunConfig Plateau(AlertAction action, int workers) => SmallRuns.Config(c => c with
    {
        Model = c.Model with { Hidden = LayerWidths.Create([6]), Initialization = Initialization.Zeros, Activation = Activation.Tanh },
        Optimizer = c.Optimizer with { Momentum = action == AlertAction.AddMomentum ? 0 : 0.5, LearningRate = 0.01 },
        Clip = null,
        Cluster = c.Cluster with { Workers = workers },
        Training = c.Training with { BatchSize = 170, Steps = 1200, CheckpointEvery = 225 },
        Monitor = c.Monitor with
        {
            Rules = c.Monitor.Rules with { LossPlateau = c.Monitor.Rules.LossPlateau with { Window = 200, MinImprovement = 0.2, Patience = 1, MinExamples = 1 } },
            Actions = new MonitorActionsConfig { LossPlateau = action, Limit = 2, Pause = 150, ClipNorm = 1e-4 },
        },
    });

    private static RunConfig Measured(RunConfig config) => config with { Monitor = config.Monitor with { ActivationsEvery = 160 } };

    private static ActivationMeasurement[] Measurements(TestHost host, bool run = true)
    {
        if (run)
        {
            host.Run();
        }

        return [.. host.Events.OfType<ActivationMeasurement>()];
    }

    private static object Numbers(ActivationMeasurement measured) =>
        (measured.Step, measured.Layer, measured.Examples, measured.PreActivationMean, measured.PreActivationVariance, measured.InactiveUnits);
}
