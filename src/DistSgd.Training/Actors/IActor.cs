namespace DistSgd.Training.Actors;

/// <summary>
/// A participant of the training protocol: a plain state machine that reads no clock, touches no socket and starts no thread.
/// </summary>
/// <remarks>The same actors run in one process, over sockets and in the simulator. A host delivers one message at a time.</remarks>
public interface IActor
{
    /// <summary>Handles one message.</summary>
    /// <param name="message">The message; a type that the actor does not know is ignored.</param>
    /// <param name="context">What the actor may do to the world.</param>
    void Receive(object message, IActorContext context);
}

/// <summary>What an actor may do to the world, offered by its host.</summary>
public interface IActorContext
{
    /// <summary>The actor that is running.</summary>
    ActorId Self { get; }

    /// <summary>The host's time, real or virtual.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Sends a message; messages between the same two actors arrive in order.</summary>
    /// <param name="receiver">Who is to get it.</param>
    /// <param name="message">The message. A reused object belongs to the receiver until the protocol gives it back.</param>
    void Send(ActorId receiver, object message);

    /// <summary>Has a message delivered to this actor later.</summary>
    /// <param name="delay">How much later.</param>
    /// <param name="message">The message.</param>
    void StartTimer(TimeSpan delay, object message);

    /// <summary>Runs long work outside of the mailbox; the finished work comes back to this actor as a message.</summary>
    /// <param name="work">The work.</param>
    void Compute(IComputation work);

    /// <summary>Writes an event to the run's log.</summary>
    /// <param name="trainingEvent">The event; its time is set by the host.</param>
    void Emit(Monitoring.Events.TrainingEvent trainingEvent);

    /// <summary>Ends the run: the host delivers no further message.</summary>
    void Stop();
}

/// <summary>Long work that an actor has done elsewhere; the object itself returns as the message of its completion.</summary>
public interface IComputation
{
    /// <summary>Does the work. An exception ends the run.</summary>
    void Run();
}

/// <summary>Name of an actor, unique in a run.</summary>
/// <param name="Name">The name: <c>server</c>, <c>monitor</c>, or that of a worker.</param>
public readonly record struct ActorId(string Name)
{
    /// <summary>The parameter server.</summary>
    public static ActorId Server { get; } = new("server");

    /// <summary>The monitor.</summary>
    public static ActorId Monitor { get; } = new("monitor");

    /// <summary>A worker.</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <returns>The worker's name.</returns>
    public static ActorId Worker(int index) => new($"worker-{index}");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
