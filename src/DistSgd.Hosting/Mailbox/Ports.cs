using System.Runtime.ExceptionServices;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Hosting.Mailbox;

/// <summary>Carries messages to actors that the loop does not host.</summary>
public interface ITransport
{
    /// <summary>Sends a message.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="receiver">Who is to get it.</param>
    /// <param name="message">The message.</param>
    void Send(ActorId sender, ActorId receiver, object message);
}

/// <summary>Where the actors of a process live: a <see cref="MailboxLoop"/>, or another engine in its place.</summary>
public interface IActorStage : IDisposable
{
    /// <summary>Takes an actor in; all of them before the first message.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="actor">The actor.</param>
    void Add(ActorId id, IActor actor);

    /// <summary>Puts a message into an actor's mailbox; may be called from any thread.</summary>
    /// <param name="receiver">An actor of this stage.</param>
    /// <param name="message">The message.</param>
    /// <exception cref="KeyNotFoundException">The stage has no such actor.</exception>
    void Post(ActorId receiver, object message);

    /// <summary>Runs until an actor stops the run.</summary>
    /// <exception cref="Exception">Whatever an actor or a computation throws.</exception>
    void Run();
}

/// <summary>Makes the stage of a server's process.</summary>
/// <param name="clock">The time.</param>
/// <param name="transport">Where messages to actors of other processes go.</param>
/// <param name="emit">Receives the events that actors emit, one at a time.</param>
/// <returns>The stage, disposed by whoever asked for it.</returns>
public delegate IActorStage ActorStageFactory(TimeProvider clock, ITransport transport, Action<TrainingEvent> emit);

/// <summary>Does the long work of actors.</summary>
public interface IExecutor : IDisposable
{
    /// <summary>Takes the finished work; called on whatever thread did it. Set once by the loop.</summary>
    Action<WorkItem> Completed { get; set; }

    /// <summary>True if work waits that <see cref="TryRunOne"/> could do.</summary>
    bool HasWaitingWork { get; }

    /// <summary>Takes work on.</summary>
    /// <param name="item">The work.</param>
    void Start(WorkItem item);

    /// <summary>Does one piece of waiting work on the calling thread: the loop helps before it waits.</summary>
    /// <returns>False if there was none.</returns>
    bool TryRunOne();
}

/// <summary>Long work and whose it is.</summary>
/// <param name="Owner">The loop's mark of the actor.</param>
/// <param name="Work">The work.</param>
/// <param name="Failure">The exception that ended it, or null.</param>
public readonly record struct WorkItem(object Owner, IComputation Work, ExceptionDispatchInfo? Failure)
{
    /// <summary>Does the work and keeps its exception.</summary>
    /// <returns>The finished work.</returns>
    public WorkItem Run()
    {
        try
        {
            Work.Run();
            return this;
        }
        catch (Exception e)
        {
            return this with { Failure = ExceptionDispatchInfo.Capture(e) };
        }
    }
}
