using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Server;

/// <summary>How long workers take to answer, by a clock that is set by hand.</summary>
public sealed class ResponseTimesTests
{
    private static readonly ActorId Quick = ActorId.Worker(0);
    private static readonly ActorId Slow = ActorId.Worker(1);

    private readonly RecordingContext _world = new(ActorId.Server);
    private readonly ResponseTimes _times = new();

    [Fact]
    public void An_answer_lasts_from_the_command_to_the_last_of_its_slices()
    {
        for (int step = 0; step < 2; step++)
        {
            Command(Quick, Slow);
            Pass(0.002);
            Answer(Quick);
            Pass(0.003);
            Answer(Slow);
            Pass(step * 0.004);
            Answer(Slow);
        }

        WorkerWindow[] windows = [.. Flush(2)];
        windows.Select(window => (window.Worker, window.Step, window.Count)).ShouldBe([("worker-0", 2L, 2), ("worker-1", 2L, 2)]);
        windows[0].ResponseSecondsMean.ShouldBe(0.002, 1e-7);
        windows[1].ResponseSecondsMean.ShouldBe(0.007, 1e-7);
        windows[1].ResponseSecondsMax.ShouldBe(0.009, 1e-7);
        windows[1].ComputeSecondsMean!.Value.ShouldBe(0.0015, 1e-9);
        Flush(3).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_answered_is_not_counted_and_its_time_goes_on()
    {
        Command(Quick);
        Flush(1).ShouldBeEmpty();
        Pass(1);
        Command(Quick); // the same worker is asked for more
        Pass(1);
        Answer(Quick);
        Flush(2).ShouldHaveSingleItem().ResponseSecondsMean.ShouldBe(2, 1e-7);
    }

    [Fact]
    public void Everything_passes_through_and_events_are_shown_to_who_decides()
    {
        var shown = new List<TrainingEvent>();
        IActorContext context = new ServerContext(_times, shown.Add).Around(_world);
        context.Send(Quick, new AssignShards(1, [0]));
        context.StartTimer(TimeSpan.Zero, "timer");
        context.Emit(new Membership { Time = _world.Now, Worker = "worker-0", Change = MembershipChanges.Joined, Shards = [0] });
        context.Self.ShouldBe(ActorId.Server);
        _world.Sent.ShouldHaveSingleItem();
        _world.Timers.ShouldBe(["timer"]);
        shown.ShouldHaveSingleItem();
        Answer(Quick);
        Flush(1).ShouldBeEmpty();
    }

    private void Command(params ActorId[] workers)
    {
        foreach (ActorId worker in workers)
        {
            _times.Sent(worker, new StepStarted { Parameters = new AlignedVector(0) }, _world);
        }
    }

    private void Answer(ActorId worker) =>
        _times.Answered(new GradientComputed { Worker = worker, ComputeTime = TimeSpan.FromMilliseconds(1.5) }, _world);

    private IReadOnlyList<WorkerWindow> Flush(long step) => _times.Flush(step, 1, _world.Now);

    private void Pass(double seconds) => _world.Now += TimeSpan.FromSeconds(seconds);
}
