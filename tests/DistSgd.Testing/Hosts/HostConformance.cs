using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Server;
using Shouldly;
using Xunit;

namespace DistSgd.Testing.Hosts;

/// <summary>What a run promises on any host: the same bits, an end in good order, the exception that ended it.</summary>
public abstract class HostConformance : ActorConformance
{
    /// <summary>Wires a run with as many workers as its config has.</summary>
    /// <param name="setup">The run.</param>
    /// <returns>The cluster, not yet running.</returns>
    protected abstract ITrainingCluster Create(ClusterSetup setup);

    /// <summary>Kinds, shards, batch, workers.</summary>
    public static TheoryData<string, int, int, int> Runs() => new()
    {
        { "sgd", 4, 16, 1 },
        { "sgd", 4, 16, 2 },
        { "sgd", 4, 16, 3 },
        { "sgd", 4, 16, 4 },
        { "sgd", 1, 5, 2 }, // one works, the other stands by
        { "sgd", 2, 7, 4 },
        { "sgd", 5, 33, 3 },
        { "sgd", 8, 3, 3 }, // slices without examples
        { "sgd", 3, 170, 2 },
        { "bfloat16", 4, 16, 1 },
        { "bfloat16", 4, 16, 3 },
        { "adam", 4, 16, 2 },
        { "adamw", 4, 16, 3 },
        { "rmsprop", 4, 16, 4 },
        { "clip_noise", 4, 16, 3 },
        { "regression", 4, 16, 3 },
        { "linear", 4, 16, 2 },
        { "growing", 4, 16, 1 },
        { "growing", 4, 16, 2 },
        { "growing", 4, 16, 4 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_ends_with_the_bits_and_the_evaluations_of_one_process(string kind, int shards, int batch, int workers)
    {
        RunConfig config = HostRuns.Variant(kind, HostRuns.Config(workers));
        config = config with
        {
            Data = config.Data with { Shards = shards },
            Training = config.Training with { BatchSize = batch, EvaluateEvery = 10 },
        };
        (RunResult plain, List<TrainingEvent> plainEvents) = HostRuns.RunPlainly(config);
        string expected = HostRuns.ReferenceHash(HostRuns.Task(config));
        plain.FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(expected);

        var events = new List<TrainingEvent>();
        RunResult result = Run(HostRuns.Setup(config, events.Add));
        result.Outcome.ShouldBe(RunOutcomes.Completed);
        result.FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(expected);
        HostRuns.Evaluations(events).ShouldBe(HostRuns.Evaluations(plainEvents));
        events.OfType<StepWindow>().Select(e => e.Step).ShouldBe(Enumerable.Range(1, HostRuns.Steps).Select(step => (long)step));
        events.OfType<Membership>().ShouldAllBe(e => e.Change == MembershipChanges.Joined);
        events.OfType<Membership>().SelectMany(e => e.Shards).Order().ShouldBe(Enumerable.Range(0, shards));
    }

    /// <summary>Mode, shards, workers.</summary>
    public static TheoryData<ConsistencyMode, int, int> Modes() => new()
    {
        { ConsistencyMode.Backup, 4, 4 },
        { ConsistencyMode.Backup, 5, 2 },
        { ConsistencyMode.Ssp, 4, 1 },
        { ConsistencyMode.Ssp, 4, 4 },
        { ConsistencyMode.Ssp, 5, 3 },
        { ConsistencyMode.Async, 4, 4 },
        { ConsistencyMode.Async, 3, 2 },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_run_of_another_mode_ends_with_every_step_and_no_gradient_older_than_the_mode_allows(ConsistencyMode mode, int shards, int workers)
    {
        RunConfig config = HostRuns.Config(workers);
        config = config with
        {
            Data = config.Data with { Shards = shards },
            Training = config.Training with { EvaluateEvery = 10 },
            Optimizer = new OptimizerConfig { LearningRate = 0.05 },
            Cluster = config.Cluster with { Mode = mode, Backup = 1, Staleness = 1 },
        };
        var events = new List<TrainingEvent>();
        RunResult result = Run(HostRuns.Setup(config, events.Add));
        (result.Outcome, result.Step).ShouldBe((RunOutcomes.Completed, HostRuns.Steps));
        events.OfType<StepWindow>().Select(e => e.Step).ShouldBe(Enumerable.Range(1, HostRuns.Steps).Select(step => (long)step));
        events.OfType<Evaluation>().Select(e => (e.Split, e.Step)).ShouldBe(
            [("validation", 10), ("validation", 20), ("validation", HostRuns.Steps), ("train", HostRuns.Steps), ("test", HostRuns.Steps)]);
        events.OfType<StepWindow>().TakeLast(5).Average(e => e.LossMean).ShouldBeLessThan(events.OfType<StepWindow>().Take(5).Average(e => e.LossMean));

        // Of the ages no host can promise more: how fast its workers are is theirs.
        int oldest = mode switch
        {
            ConsistencyMode.Backup => 0,
            ConsistencyMode.Ssp => (shards - 1) * 3,
            _ => StepWindow.AgesMax,
        };
        events.OfType<StepWindow>().ShouldAllBe(e => e.Staleness.Count <= oldest + 1);
        events.OfType<StepWindow>().ShouldAllBe(e => e.Staleness.Sum() == shards || (mode == ConsistencyMode.Backup && e.Staleness.Sum() == shards - 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(HostRuns.Steps)]
    public void A_checkpoint_store_that_fails_ends_the_run_with_its_exception(long failFrom)
    {
        RunConfig config = HostRuns.Config();
        config = config with { Training = config.Training with { CheckpointEvery = 5 } };
        var store = new MemoryCheckpoints(failFrom);
        Should.Throw<IOException>(() => Run(HostRuns.Setup(config, static _ => { }, store: store))).Message.ShouldBe(MemoryCheckpoints.Failure);
        store.Saved.ShouldAllBe(checkpoint => checkpoint.State.Step < failFrom);
    }

    [Fact]
    public void An_interrupt_ends_the_run_with_a_checkpoint_from_which_it_goes_on_to_the_same_bits()
    {
        RunConfig config = HostRuns.Config();
        var store = new MemoryCheckpoints();
        ITrainingCluster? cluster = null;
        ClusterSetup setup = HostRuns.Setup(
            config,
            e =>
            {
                if (e is StepWindow { Step: 10 })
                {
                    Limited.Run(() => cluster!.Interrupt("SIGTERM"), "the interrupt"); // from another thread, like a signal
                }
            },
            store: store);
        RunResult result;
        using (cluster = Create(setup))
        {
            result = Limited.Run(cluster.Run);
        }

        (result.Outcome, result.Reason).ShouldBe((RunOutcomes.Interrupted, "SIGTERM"));
        result.Step.ShouldBeInRange(10, HostRuns.Steps - 1);
        Checkpoint last = store.Saved[^1];
        last.State.Step.ShouldBe(result.Step);

        RunResult resumed = Run(HostRuns.Setup(config, static _ => { }, resumeFrom: last));
        resumed.Outcome.ShouldBe(RunOutcomes.Completed);
        resumed.FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(HostRuns.ReferenceHash(HostRuns.Task(config)));
    }

    [Fact]
    public void An_exception_in_the_log_ends_the_run_with_that_exception()
    {
        var failure = new IOException("the log cannot be written");
        ClusterSetup setup = HostRuns.Setup(HostRuns.Config(), e =>
        {
            if (e is StepWindow { Step: 5 })
            {
                throw failure;
            }
        });
        Should.Throw<IOException>(() => Run(setup)).ShouldBeSameAs(failure);
    }

    [Fact]
    public void An_alert_of_the_monitor_is_in_the_log_before_the_end()
    {
        RunConfig config = HostRuns.Config();
        config = config with
        {
            Optimizer = config.Optimizer with { LearningRate = 1e30 },
            Monitor = config.Monitor with { OnNonFinite = NonFinitePolicy.Stop },
        };
        var events = new List<TrainingEvent>();
        Run(HostRuns.Setup(config, events.Add)).Outcome.ShouldBe(RunOutcomes.StoppedByMonitor);
        (_, List<TrainingEvent> plain) = HostRuns.RunPlainly(config);

        // A checkpoint that is written beside completes the window before it, so rules may speak in another order.
        events.OfType<Alert>().Select(e => (e.Rule, e.State, e.Step)).ShouldBe(plain.OfType<Alert>().Select(e => (e.Rule, e.State, e.Step)), ignoreOrder: true);
        events.OfType<Alert>().ShouldNotBeEmpty();
    }

    private RunResult Run(ClusterSetup setup)
    {
        using ITrainingCluster cluster = Create(setup);
        return Limited.Run(cluster.Run);
    }
}
