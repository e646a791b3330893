using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Configuration;
using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Akka;

/// <summary>An actor system and those of our actors that it hosts.</summary>
/// <remarks>Messages to others go to a transport; what actors of this stage send each other is passed by reference.</remarks>
internal sealed class AkkaStage : IActorStage
{
    private const string Lent = "distsgd.lent-dispatcher";

    private static readonly Config Settings = ConfigurationFactory.ParseString($$"""
        # Nothing is said on standard output, which belongs to the result.
        akka.stdout-loglevel = OFF
        akka.loglevel = OFF
        # Runs an actor on the thread that sends it a message: see LentDispatcher.
        {{Lent}} {
          type = "{{typeof(LentDispatcherConfigurator).AssemblyQualifiedName}}"
        }
        """);

    private readonly Dictionary<ActorId, IActorRef> _actors = [];
    private readonly ITransport _transport;
    private readonly Action<TrainingEvent> _emit;
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExceptionDispatchInfo? _failure;
    private volatile bool _hasEnded;

    /// <summary>Starts the actor system.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="transport">Where messages to actors of other processes go.</param>
    /// <param name="emit">Receives the events that actors emit.</param>
    public AkkaStage(TimeProvider clock, ITransport transport, Action<TrainingEvent> emit)
    {
        Clock = clock;
        _transport = transport;
        _emit = emit;
        System = ActorSystem.Create("distsgd", Settings.WithFallback(ConfigurationFactory.Default()));
    }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

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
        _actors.Add(id, System.ActorOf(isLent ? props.WithDispatcher(Lent) : props, id.Name));
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
            _transport.Send(sender, receiver, message);
        }
    }

    /// <summary>Writes an event.</summary>
    /// <param name="trainingEvent">The event.</param>
    public void Emit(TrainingEvent trainingEvent) => _emit(trainingEvent);

    /// <summary>Ends the run.</summary>
    /// <param name="failure">What went wrong, if anything did.</param>
    public void End(ExceptionDispatchInfo? failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _hasEnded = true;
        _end.TrySetResult();
    }

    /// <inheritdoc/>
    public void Run()
    {
        _end.Task.Wait();
        System.Terminate().Wait(); // until every actor has left the message that it was at
        _failure?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hasEnded = true;
        System.Terminate().Wait();
        System.Dispose();
    }
}
