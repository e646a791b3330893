using System.Runtime.ExceptionServices;
using Akka.Actor;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using IActorContext = DistSgd.Training.Actors.IActorContext;

namespace DistSgd.Akka;

/// <summary>An Akka actor that hosts one of ours.</summary>
/// <param name="id">Name of ours.</param>
/// <param name="actor">Ours.</param>
/// <param name="stage">Where it plays.</param>
internal sealed class ActorHost(ActorId id, IActor actor, AkkaStage stage) : UntypedActor, IActorContext
{
    private IActorRef _self = ActorRefs.Nobody;

    /// <inheritdoc/>
    ActorId IActorContext.Self => id;

    /// <inheritdoc/>
    public DateTimeOffset Now => stage.Clock.GetUtcNow();

    /// <inheritdoc/>
    public void Send(ActorId receiver, object message) => stage.Send(id, receiver, message);

    /// <inheritdoc/>
    public void StartTimer(TimeSpan delay, object message) =>
        stage.System.Scheduler.ScheduleTellOnce(delay, _self, new TimerDue(Now + delay, message), ActorRefs.NoSender);

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
    protected override void PreStart() => _self = Context.Self;

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
                case TimerDue timer when timer.Due - Now is { Ticks: > 0 } early:
                    stage.System.Scheduler.ScheduleTellOnce(early, _self, timer, ActorRefs.NoSender); // Akka's clock is another one
                    break;
                case TimerDue timer:
                    actor.Receive(timer.Message, this);
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

    private sealed record TimerDue(DateTimeOffset Due, object Message);

    private sealed record ComputationFailed(ExceptionDispatchInfo Failure);
}
