using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>What comes too late, or twice.</summary>
public sealed class LateMessageTests
{
    private static readonly ActorId First = ActorId.Worker(0);
    private static readonly RunConfig Config = SmallRuns.Config(c => c with { Cluster = new ClusterConfig { Workers = 2 } });
    private static readonly TrainingTask Task = SmallRuns.Task(Config);

    private readonly RecordingContext _world = new(First);

    [Fact]
    public void A_worker_does_nothing_for_a_server_that_a_newer_one_has_followed()
    {
        var worker = new WorkerActor(First, Task);
        worker.Receive(new AssignShards(2, [0, 1]), _world);
        worker.Receive(new AssignShards(1, [3]), _world);
        worker.Receive(Step(1, 0), _world);
        worker.Receive(new RecomputeSlices(1, 0, [2], Parameters()), _world);
        worker.Receive(new EvaluateBlocks(1, 0, DataPart.Validation, 0, 1, Parameters()), _world);
        _world.Works.ShouldBeEmpty();

        worker.Receive(Step(2, 0), _world);
        _world.Finish(worker);
        _world.Sent.ShouldHaveSingleItem().Message.ShouldBeOfType<GradientComputed>().ShouldSatisfyAllConditions(
            gradient => gradient.Term.ShouldBe(2),
            gradient => gradient.Partials.Sum(partial => partial.Range.Count).ShouldBe(2));
    }

    [Fact]
    public void The_shards_of_an_old_server_are_void_once_a_newer_one_speaks()
    {
        var worker = new WorkerActor(First, Task);
        worker.Receive(new AssignShards(1, [0, 1]), _world);
        worker.Receive(Step(2, 0), _world);
        _world.Works.ShouldBeEmpty();
    }

    [Fact]
    public void A_step_that_is_started_twice_or_late_is_computed_once()
    {
        var worker = new WorkerActor(First, Task);
        worker.Receive(new AssignShards(1, [0]), _world);
        worker.Receive(Step(1, 4), _world);
        worker.Receive(Step(1, 5), _world); // the others were faster
        worker.Receive(Step(1, 3), _world);
        worker.Receive(Step(1, 4), _world);
        _world.Finish(worker);
        _world.Works.Count.ShouldBe(1);
        worker.Receive(Step(1, 5), _world);
        _world.Finish(worker);
        worker.Receive(Step(1, 5), _world);
        _world.Works.ShouldBeEmpty();
        _world.Sent.Count.ShouldBe(2);
        ((GradientComputed)_world.Sent[^1].Message).Step.ShouldBe(5);
    }

    [Fact]
    public void A_server_that_lost_all_its_workers_while_it_waited_for_others_waits_anew_for_the_next()
    {
        var server = new ParameterServerActor(Task, Config with { Monitor = Config.Monitor with { ActivationsEvery = 0 } }, new ServerOptions
        {
            Term = 1,
            Checkpoints = new MemoryStore(),
            ConfigDigest = "",
            ModelJson = "{}",
        });
        server.Receive(new Begin(), _world);
        server.Receive(new WorkerJoined(First, ""), _world);
        server.Receive(new WorkerLeft(First, MembershipChanges.Lost), _world);
        server.Receive(new JoinWaitEnded(), _world);
        server.Receive(new WorkerJoined(First, ""), _world);
        _world.Timers.OfType<JoinWaitEnded>().Count().ShouldBe(2);
        _world.Sent.ShouldBeEmpty();
        server.Receive(new JoinWaitEnded(), _world);
        _world.Sent.ShouldContain(sent => sent.Message is StepStarted && sent.Receiver == First);
    }

    private static StepStarted Step(int term, long step) => new() { Term = term, Step = step, Parameters = Parameters() };

    private static AlignedVector Parameters() => new(Task.Architecture.CreateLayout().Length);
}
