using System.Runtime.ExceptionServices;
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
