using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Training.Server;

/// <summary>The server's context as its own parts see it: commands are timed, and events are shown to whoever decides about them.</summary>
/// <param name="responses">Told of every message that is sent.</param>
/// <param name="emitted">Shown every event.</param>
internal sealed class ServerContext(ResponseTimes responses, Action<TrainingEvent> emitted) : IActorContext
{
    private IActorContext? _inner;

    /// <inheritdoc/>
    public ActorId Self => Inner.Self;

    /// <inheritdoc/>
    public DateTimeOffset Now => Inner.Now;

    private IActorContext Inner => _inner ?? throw new InvalidOperationException("There is no message to handle.");

    /// <summary>Wraps the context of the message that is being handled.</summary>
    /// <param name="context">The context of the server.</param>
    /// <returns>The context to use instead; valid until the next call.</returns>
    public IActorContext Around(IActorContext context)
    {
        _inner = context;
        return this;
    }

    /// <inheritdoc/>
    public void Send(ActorId receiver, object message)
    {
        responses.Sent(receiver, message, this);
        Inner.Send(receiver, message);
    }

    /// <inheritdoc/>
    public void StartTimer(TimeSpan delay, object message) => Inner.StartTimer(delay, message);

    /// <inheritdoc/>
    public void Compute(IComputation work) => Inner.Compute(work);

    /// <inheritdoc/>
    public void Emit(TrainingEvent trainingEvent)
    {
        Inner.Emit(trainingEvent);
        emitted(trainingEvent);
    }

    /// <inheritdoc/>
    public void Stop() => Inner.Stop();
}
