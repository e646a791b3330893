using System.Runtime.ExceptionServices;
using Akka.Actor;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using IActorContext = DistSgd.Training.Actors.IActorContext;

namespace DistSgd.Akka.Stage;

/// <summary>An Akka actor that hosts one of ours.</summary>
/// <param name="id">Name of ours.</param>
/// <param name="actor">Ours.</param>
/// <param name="stage">Where it plays.</param>
internal sealed class ActorHost(ActorId id, IActor actor, AkkaStage stage) : UntypedActor, IActorContext
{
    private readonly IScheduler _scheduler = Context.System.Scheduler;
    private readonly IActorRef _self = Context.Self;
    private readonly PriorityQueue<object, (DateTimeOffset Due, long Order)> _timers = new();
    private long _started;

    /// <inheritdoc/>
    ActorId IActorContext.Self => id;

    /// <inheritdoc/>
    public DateTimeOffset Now => stage.Clock.GetUtcNow();

    /// <inheritdoc/>
    public void Send(ActorId receiver, object message) => stage.Send(id, receiver, message);

    /// <inheritdoc/>
    public void StartTimer(TimeSpan delay, object message)
    {
        _timers.Enqueue(message, (Now + delay, _started++));
        WakeAfter(delay);
    }

    /// <inheritdoc/>
    public void Compute(IComputation work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Task.Run(work.Run).PipeTo(_self, success: () => work, failure: e => new ComputationFailed(ExceptionDispatchInfo.Capture(e)));
    }

    /// <inheritdoc/>
    public void Emit(TrainingEvent trainingEvent) => stage.Emit(trainingEvent);

    /// <inheritdoc/>
    public void Stop() => stage.End(null);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        if (stage.HasEnded)
        {
            return;
        }

        try
        {
            switch (message)
            {
                case ComputationFailed failed:
                    stage.End(failed.Failure);
                    break;
                case WakeUp:
                    FireTimers();
                    break;
                default:
                    actor.Receive(message, this);
                    break;
            }
        }
        catch (Exception e)
        {
            // A bug ends the run: an actor that Akka starts anew would have forgotten where the run stands.
            stage.End(ExceptionDispatchInfo.Capture(e));
        }
    }

    private void WakeAfter(TimeSpan delay) => _scheduler.ScheduleTellOnce(delay, _self, WakeUp.Instance, ActorRefs.NoSender);

    // What Akka's scheduler has to do within one tick it does in any order, and its clock is another one.
    private void FireTimers()
    {
        while (!stage.HasEnded && _timers.TryPeek(out object? message, out (DateTimeOffset Due, long) timer))
        {
            if (timer.Due > Now)
            {
                WakeAfter(timer.Due - Now);
                return;
            }

            _timers.Dequeue();
            actor.Receive(message, this);
        }
    }

    private sealed class WakeUp
    {
        public static WakeUp Instance { get; } = new();
    }

    private sealed record ComputationFailed(ExceptionDispatchInfo Failure);
}
