using DistSgd.Learning;
using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Random;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>Workers come and go at any moment, and no bit changes.</summary>
public sealed class MembershipTests
{
    private static readonly RunConfig Config = SmallRuns.Config(c => c with { Cluster = new ClusterConfig { Workers = 3 } });
    /// <summary>After that many the run is left in peace, so that it ends.</summary>
    private const int DisturbedDeliveries = 400;

    private static readonly TrainingTask Task = SmallRuns.Task(Config);
    private static readonly string Expected = ParametersHash.Compute(Task.Architecture.CreateLayout(), ReferenceTrainer.Train(Task).Span);

    [Fact]
    public void Any_deaths_and_arrivals_at_any_moment_end_with_the_same_bits_and_evaluations()
    {
        List<TrainingEvent> undisturbed = Run(seed: 1, disturbEvery: int.MaxValue).Events;
        int killed = 0, joined = 0;
        for (ulong seed = 1; seed <= 60; seed++)
        {
            TestHost host = Run(seed, disturbEvery: 12);
            Evaluations(host.Events).ShouldBe(Evaluations(undisturbed), $"seed {seed}");
            killed += host.Events.OfType<Membership>().Count(e => e.Change == MembershipChanges.Lost);
            joined += host.Events.OfType<Membership>().Count(e => e.Change == MembershipChanges.Joined) - 3;
        }

        killed.ShouldBeGreaterThan(200); // there was something to survive
        joined.ShouldBeGreaterThan(200);
    }

    [Fact]
    public void A_run_that_loses_every_worker_waits_for_another()
    {
        var host = new TestHost(Task, Config);
        int deliveries = 0;
        host.BeforeDelivery = () =>
        {
            if (++deliveries == 50)
            {
                Array.ForEach(host.Workers, host.Kill);
                host.Join(ActorId.Worker(7));
            }
        };
        host.Run().Outcome.ShouldBe(RunOutcomes.Completed);
        Hash(host).ShouldBe(Expected);
        host.Events.OfType<Membership>().Last(e => e.Change == MembershipChanges.Joined).ShouldSatisfyAllConditions(
            e => e.Worker.ShouldBe("worker-7"),
            e => e.Shards.ShouldBe([0, 1, 2, 3]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Workers_that_all_die_and_come_back_under_their_names_take_up_what_they_owed(int workers)
    {
        RunConfig config = Config with
        {
            Cluster = new ClusterConfig { Workers = workers },
            Training = Config.Training with { EvaluateEvery = 5 },
        };
        for (int at = 10; at < 60; at++)
        {
            var host = new TestHost(Task, config, seed: (ulong)at);
            int deliveries = 0;
            host.BeforeDelivery = () =>
            {
                if (++deliveries == at)
                {
                    ActorId[] all = host.Workers;
                    Array.ForEach(all, host.Kill);
                    Array.ForEach(all, host.Join);
                }
            };
            host.Run().Outcome.ShouldBe(RunOutcomes.Completed, $"killed before delivery {at}");
            Hash(host).ShouldBe(Expected, $"killed before delivery {at}");
            host.Events.OfType<Membership>().Count(e => e.Change == MembershipChanges.Lost).ShouldBe(workers);
        }
    }

    [Fact]
    public void An_interrupt_ends_a_run_without_workers_after_the_last_completed_step_also_while_the_end_is_evaluated()
    {
        // Whether the server hears of the interrupt first or of the deaths: nobody will complete what is open.
        var ends = new HashSet<long>();
        for (int at = 20; at < 650; at += 7)
        {
            var host = new TestHost(Task, Config, seed: (ulong)at);
            int deliveries = 0;
            host.BeforeDelivery = () =>
            {
                if (++deliveries == at)
                {
                    Array.ForEach(host.Workers, host.Kill);
                    host.Post(ActorId.Server, new Interrupt("SIGTERM"));
                }
            };
            RunResult result = host.Run();
            if (deliveries >= at && result.Outcome != RunOutcomes.Completed) // else the run was over by then
            {
                result.Outcome.ShouldBe(RunOutcomes.Interrupted, $"before delivery {at}");
                host.Store.Saved[^1].State.Step.ShouldBe(result.Step);
                ends.Add(result.Step);
            }
        }

        ends.ShouldContain(Task.TotalSteps);
        ends.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void A_run_that_is_interrupted_while_its_workers_go_ends_whenever_that_happens_and_can_be_resumed()
    {
        int interrupted = 0;
        IEnumerable<(long, double)> validations = Validations(Run(seed: 1, disturbEvery: int.MaxValue).Events);
        for (int at = 1; at < 1200; at += 3)
        {
            var host = new TestHost(Task, Config, seed: (ulong)at);
            int deliveries = 0;
            host.BeforeDelivery = () =>
            {
                if (++deliveries == at)
                {
                    host.Post(ActorId.Server, new Interrupt("SIGTERM"));
                    Array.ForEach(host.Workers, host.Kill);
                }
            };
            RunResult result = host.Run();
            if (result.Outcome == RunOutcomes.Interrupted)
            {
                interrupted++;
                host.Store.Saved[^1].State.Step.ShouldBe(result.Step);
                var resumed = new TestHost(Task, Config, resumeFrom: host.Store.Saved[^1]);
                resumed.Run().Outcome.ShouldBe(RunOutcomes.Completed);
                Hash(resumed).ShouldBe(Expected, $"interrupted at delivery {at}");

                // Also an evaluation that was cut off comes after all: early stopping would miss it.
                Validations([.. host.Events, .. resumed.Events]).ShouldBe(validations, $"interrupted at delivery {at}");
            }
        }

        interrupted.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void A_shard_that_is_not_the_workers_is_not_taken_from_it()
    {
        var roster = new Roster(4, term: 1);
        roster.Join(ActorId.Worker(0));
        roster.Join(ActorId.Worker(1));
        var context = new RecordingContext();
        roster.Deal(context);
        var collection = new GradientCollection(4);
        collection.Open(roster);
        GradientComputed Of(int worker, params ShardRange[] ranges) => new()
        {
            Worker = ActorId.Worker(worker),
            Partials = [.. ranges.Select(range => new PartialGradient(range, new Numerics.Memory.AlignedVector(16)))],
        };

        collection.Add(Of(0, new ShardRange(2, 2))).ShouldBeFalse();
        collection.Add(Of(0, new ShardRange(0, 4))).ShouldBeFalse();
        collection.Add(Of(0, new ShardRange(4, 1), new ShardRange(-1, 1))).ShouldBeFalse();
        collection.Ordered().Length.ShouldBe(0);
        collection.Add(Of(0, new ShardRange(0, 2))).ShouldBeFalse();
        collection.Add(Of(1, new ShardRange(2, 2))).ShouldBeTrue();
        collection.Ordered().Length.ShouldBe(2);
    }

    [Fact]
    public void A_late_sum_of_a_range_that_was_taken_apart_is_not_counted_twice()
    {
        var roster = new Roster(4, term: 1);
        roster.Join(ActorId.Worker(0));
        roster.Deal(new RecordingContext());
        var collection = new GradientCollection(4);
        collection.Open(roster);
        roster.Leave(new WorkerLeft(ActorId.Worker(0), MembershipChanges.Lost), new RecordingContext());
        roster.Join(ActorId.Worker(1));
        collection.Orphans().ShouldBeEmpty();
        collection.Disown(ActorId.Worker(0));
        collection.Orphans().ShouldBe([0, 1, 2, 3]);
        collection.Transfer([0, 1, 2, 3], ActorId.Worker(1));
        collection.Orphans().ShouldBeEmpty();
        GradientComputed Whole(int worker) => new()
        {
            Worker = ActorId.Worker(worker),
            Partials = [new PartialGradient(new ShardRange(0, 4), new Numerics.Memory.AlignedVector(16))],
        };
        collection.Add(Whole(0)).ShouldBeFalse();
        collection.Add(Whole(1)).ShouldBeTrue();
        collection.Ordered().Length.ShouldBe(1);
    }

    private static TestHost Run(ulong seed, int disturbEvery)
    {
        var random = new RandomStream(seed, StreamPurpose.Test, 1);
        var host = new TestHost(Task, Config, seed);
        var dead = new List<ActorId>();
        int next = 3, deliveries = 0;
        host.BeforeDelivery = () =>
        {
            deliveries++;
            if (deliveries > DisturbedDeliveries || disturbEvery == int.MaxValue || random.NextInt(disturbEvery) != 0)
            {
                return;
            }

            ActorId[] alive = host.Workers;
            if (alive.Length > 0 && random.NextInt(2) == 0)
            {
                ActorId killed = alive[random.NextInt(alive.Length)];
                host.Kill(killed);
                dead.Add(killed);
            }
            else if (alive.Length < 6)
            {
                // Some come under a new name, some come back.
                ActorId[] gone = [.. dead.Except(alive)];
                host.Join(gone.Length > 0 && random.NextInt(2) == 0 ? gone[random.NextInt(gone.Length)] : ActorId.Worker(next++));
            }
        };
        for (int stall = 0; !host.RunToEnd(); stall++)
        {
            stall.ShouldBeLessThan(1000, $"seed {seed} does not get on");
            host.Join(ActorId.Worker(next++)); // everybody has died and nothing is on its way
        }

        Hash(host).ShouldBe(Expected, $"seed {seed}");
        return host;
    }

    private static IEnumerable<(long Step, double Loss)> Validations(IEnumerable<TrainingEvent> events) =>
        events.OfType<Evaluation>().Where(e => e.Split == DataSplits.Validation).Select(e => (e.Step, e.Loss)).Distinct().Order();

    private static string Hash(TestHost host) =>
        ParametersHash.Compute(host.Store.Saved[^1].Layout, host.Store.Saved[^1].Parameters.Span);

    private static string[] Evaluations(IEnumerable<TrainingEvent> events) =>
        [.. events.OfType<Evaluation>().Select(e => EventJson.Write(e with { Time = default }))];

    /// <summary>Takes what an actor does and does nothing.</summary>
    private sealed class RecordingContext : IActorContext
    {
        public ActorId Self => ActorId.Server;

        public DateTimeOffset Now => default;

        public void Send(ActorId receiver, object message)
        {
        }

        public void StartTimer(TimeSpan delay, object message)
        {
        }

        public void Compute(IComputation work)
        {
        }

        public void Emit(TrainingEvent trainingEvent)
        {
        }

        public void Stop()
        {
        }
    }
}
