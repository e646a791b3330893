using System.Runtime.ExceptionServices;
using Akka.Actor;
using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Akka.Stage;

/// <summary>Those of our actors that Akka hosts in this process.</summary>
/// <remarks>Messages to others go to a transport; what actors of this stage send each other is passed by reference.</remarks>
/// <param name="clock">The time.</param>
/// <param name="transport">Where messages to actors of other processes go.</param>
/// <param name="emit">Receives the events that actors emit.</param>
/// <param name="spawn">Makes an actor of a name.</param>
internal sealed class AkkaStage(
    TimeProvider clock, ITransport transport, Action<TrainingEvent> emit, Func<Props, string, IActorRef> spawn) : IActorStage
{
    /// <summary>Name of the dispatcher of actors that are run by whoever sends them a message.</summary>
    private const string Lent = "distsgd.lent-dispatcher";

    private static readonly TimeSpan LongestMessage = TimeSpan.FromMinutes(1);

    private readonly Dictionary<ActorId, IActorRef> _actors = [];
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExceptionDispatchInfo? _failure;
    private volatile bool _hasEnded;
    private bool _isStopped;

    /// <summary>The time.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Whether no actor is to see a message any more.</summary>
    public bool HasEnded => _hasEnded;

    /// <inheritdoc/>
    public void Add(ActorId id, IActor actor) => Add(id, actor, isLent: true);

    /// <summary>Takes an actor in.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="isLent">Whether whoever sends it a message runs it, instead of a thread of Akka's.</param>
    public void Add(ActorId id, IActor actor, bool isLent)
    {
        Props props = Props.Create(() => new ActorHost(id, actor, this));
        _actors.Add(id, spawn(isLent ? props.WithDispatcher(Lent) : props, id.Name));
    }

    /// <inheritdoc/>
    public void Post(ActorId receiver, object message) => _actors[receiver].Tell(message, ActorRefs.NoSender);

    /// <summary>Carries a message of one of the actors.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="receiver">Who is to get it.</param>
    /// <param name="message">The message.</param>
    public void Send(ActorId sender, ActorId receiver, object message)
    {
        if (_actors.TryGetValue(receiver, out IActorRef? actor))
        {
            actor.Tell(message, ActorRefs.NoSender);
        }
        else
        {
            transport.Send(sender, receiver, message);
        }
    }

    /// <summary>Writes an event.</summary>
    /// <param name="trainingEvent">The event.</param>
    public void Emit(TrainingEvent trainingEvent) => emit(trainingEvent);

    /// <summary>Ends the run.</summary>
    /// <param name="failure">What went wrong, if anything did.</param>
    public void End(ExceptionDispatchInfo? failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _hasEnded = true;
        _end.TrySetResult();
    }

    /// <summary>Ends the run for a reason that is none of an actor's.</summary>
    /// <param name="reason">Thrown by <see cref="Run"/>.</param>
    public void Abandon(Exception reason) => End(ExceptionDispatchInfo.Capture(reason));

    /// <inheritdoc/>
    public void Run()
    {
        _end.Task.Wait();
        Dispose();
        _failure?.Throw();
    }

    /// <summary>Stops the actors, and waits until each has left the message that it was at.</summary>
    public void Dispose()
    {
        _hasEnded = true;
        if (!_isStopped)
        {
            _isStopped = true;
            Task.WhenAll(_actors.Values.Select(actor => actor.GracefulStop(LongestMessage))).Wait();
        }
    }
}
