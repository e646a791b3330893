using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using Shouldly;
using Xunit;

namespace DistSgd.Testing.Hosts;

/// <summary>What actors may rely on, on any host: order of messages, timers, the end, failures.</summary>
/// <remarks>The messages are those of the protocol, as a host that leaves the process carries no others. Numbers travel as steps.</remarks>
public abstract class ActorConformance
{
    private const int Workers = 3;
    private const int Messages = 200;

    private static readonly RunConfig Config = HostRuns.Config(Workers);
    private static readonly TrainingTask Task = HostRuns.Task(Config);

    /// <summary>Hosts actors of a test.</summary>
    /// <param name="cast">The actors; as many workers as the config has.</param>
    /// <returns>The actors, not yet running.</returns>
    protected abstract IHostedActors Host(ActorCast cast);

    [Fact]
    public void Messages_between_two_actors_arrive_once_and_in_the_order_in_which_they_were_sent()
    {
        var atWorkers = new Dictionary<ActorId, List<long>>();
        var atLeader = new Dictionary<int, List<long>>();
        int joined = 0, answers = 0;
        Run(
            (message, context) =>
            {
                switch (message)
                {
                    case WorkerJoined when ++joined == Workers:
                        for (int number = 0; number < Messages; number++)
                        {
                            for (int w = 0; w < Workers; w++)
                            {
                                context.Send(ActorId.Worker(w), Numbered(number, w));
                            }
                        }

                        break;
                    case BlocksEvaluated answer:
                        Listed(atLeader, answer.FirstBlock).Add(answer.Step);
                        if (++answers == Workers * Messages / 2)
                        {
                            context.Stop();
                        }

                        break;
                }
            },
            (message, context) =>
            {
                if (NumberOf(message) is { } number)
                {
                    lock (atWorkers)
                    {
                        Listed(atWorkers, context.Self).Add(number);
                    }
                }

                if (message is EvaluateBlocks request)
                {
                    context.Send(ActorId.Server, Answer(request));
                }
            });
        atWorkers.Keys.Select(id => id.Name).Order().ShouldBe(["worker-0", "worker-1", "worker-2"]);
        atWorkers.Values.ShouldAllBe(numbers => numbers.SequenceEqual(Enumerable.Range(0, Messages).Select(n => (long)n)));
        atLeader.Keys.Order().ShouldBe([0, 1, 2]);
        atLeader.Values.ShouldAllBe(numbers => numbers.SequenceEqual(Enumerable.Range(0, Messages / 2).Select(n => (2L * n) + 1)));
    }

    [Fact]
    public void Timers_fire_in_order_and_not_early_also_when_they_were_started_while_the_host_was_waiting()
    {
        var fired = new List<string>();
        var early = new List<string>();
        DateTimeOffset start = default;
        int joined = 0;
        Run((message, context) =>
        {
            switch (message)
            {
                case Begin:
                    start = context.Now;
                    context.StartTimer(TimeSpan.FromHours(1), "never");
                    break;
                case WorkerJoined when ++joined == Workers:
                    start = context.Now;
                    context.StartTimer(TimeSpan.FromMilliseconds(60), "60");
                    context.StartTimer(TimeSpan.FromMilliseconds(20), "20");
                    context.StartTimer(TimeSpan.FromMilliseconds(40), "40");
                    context.StartTimer(TimeSpan.Zero, "0");
                    break;
                case string name:
                    fired.Add(name);
                    if (context.Now - start < TimeSpan.FromMilliseconds(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)))
                    {
                        early.Add(name);
                    }

                    if (name == "40")
                    {
                        context.StartTimer(TimeSpan.FromMilliseconds(40), "80");
                    }
                    else if (name == "80")
                    {
                        context.Stop();
                    }

                    break;
            }
        });
        fired.ShouldBe(["0", "20", "40", "60", "80"]);
        early.ShouldBeEmpty();
    }

    [Fact]
    public void After_the_end_nothing_is_delivered_any_more_and_the_workers_end()
    {
        int joined = 0, answers = 0, afterReturn = 0;
        bool returned = false;
        Run(
            (message, context) =>
            {
                afterReturn += Volatile.Read(ref returned) ? 1 : 0;
                if (message is WorkerJoined && ++joined == Workers)
                {
                    for (int number = 1; number < 2 * Messages; number += 2)
                    {
                        for (int w = 0; w < Workers; w++)
                        {
                            context.Send(ActorId.Worker(w), Numbered(number, w));
                        }
                    }
                }
                else if (message is BlocksEvaluated && ++answers == Workers * Messages / 2)
                {
                    context.Stop(); // half of the answers are still under way
                }
            },
            (message, context) =>
            {
                if (message is EvaluateBlocks request)
                {
                    context.Send(ActorId.Server, Answer(request));
                }
            },
            () => Volatile.Write(ref returned, true));
        answers.ShouldBeGreaterThanOrEqualTo(Workers * Messages / 2);
        afterReturn.ShouldBe(0);
    }

    [Fact]
    public void An_exception_in_a_computation_ends_the_run_with_that_exception()
    {
        var failure = new IOException("disk on fire");
        Should.Throw<IOException>(() => Run((message, context) =>
        {
            if (message is WorkerJoined)
            {
                context.Compute(new FailingWork(failure));
            }
        })).ShouldBeSameAs(failure);
    }

    [Fact]
    public void An_exception_in_an_actor_ends_the_run_with_that_exception()
    {
        var failure = new InvalidOperationException("a bug");
        Should.Throw<InvalidOperationException>(() => Run((message, _) =>
        {
            if (message is WorkerJoined)
            {
                throw failure;
            }
        })).ShouldBeSameAs(failure);
    }

    [Fact]
    public void Events_reach_the_log_in_the_order_in_which_they_were_emitted()
    {
        var emitted = new List<TrainingEvent>();
        int joined = 0;
        Run(
            (message, context) =>
            {
                if (message is WorkerJoined worker)
                {
                    for (int i = 0; i < 50; i++)
                    {
                        context.Emit(new Membership { Time = context.Now, Worker = worker.Worker.Name, Change = $"{joined}", Shards = [i] });
                    }

                    if (++joined == Workers)
                    {
                        context.Stop();
                    }
                }
            },
            emit: emitted.Add);
        emitted.Cast<Membership>().Select(e => $"{e.Change} {e.Shards[0]}")
            .ShouldBe(Enumerable.Range(0, 50 * Workers).Select(i => $"{i / 50} {i % 50}"));
    }

    private void Run(
        Action<object, IActorContext> lead, Action<object, IActorContext>? work = null, Action? afterReturn = null, Action<TrainingEvent>? emit = null)
    {
        IActor Worker(ActorId self) => new ScriptedActor((message, context) =>
        {
            if (message is Begin)
            {
                context.Send(ActorId.Server, new WorkerJoined(self, Task.Data.Dataset.Sha256));
            }

            work?.Invoke(message, context);
        });

        using IHostedActors actors = Host(new ActorCast(Config, Task, new ScriptedActor(lead), Worker, emit ?? (static _ => { })));
        Limited.Run(actors.Run);
        afterReturn?.Invoke();
    }

    /// <summary>A message of one of the kinds that go to workers; every second one asks for an answer.</summary>
    private static object Numbered(int number, int worker) => (number % 4) switch
    {
        0 => new StepStarted { Term = 1, Step = number, Parameters = Vector() },
        2 => new RecomputeSlices(1, number, [worker], Vector()),
        _ => new EvaluateBlocks(1, number, DataPart.Training, worker, 1, Vector()),
    };

    private static long? NumberOf(object message) => message switch
    {
        StepStarted step => step.Step,
        RecomputeSlices request => request.Step,
        EvaluateBlocks request => request.Step,
        _ => null,
    };

    private static BlocksEvaluated Answer(EvaluateBlocks request) =>
        new(request.Term, request.Step, request.Part, request.FirstBlock, [new BlockResult(1, 0)]);

    private static AlignedVector Vector() => new(Task.Architecture.CreateLayout().Length);

    private static List<long> Listed<T>(Dictionary<T, List<long>> lists, T key)
        where T : notnull => lists.TryGetValue(key, out List<long>? list) ? list : lists[key] = [];
}
