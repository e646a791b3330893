using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Hosting.InProcess;

/// <summary>
/// The mailbox loop of one process with its workers and whoever leads them. Messages and vectors are passed by reference.
/// </summary>
internal sealed class InProcessLoop : IDisposable
{
    private readonly MailboxLoop _loop;
    private readonly int _workers;

    /// <summary>Wires the loop and its workers.</summary>
    /// <param name="workers">Number of workers.</param>
    /// <param name="createWorker">Makes the worker of a name.</param>
    /// <param name="clock">The time.</param>
    /// <param name="emit">Receives the events that actors emit, on the loop's thread.</param>
    public InProcessLoop(int workers, Func<ActorId, IActor> createWorker, TimeProvider clock, Action<TrainingEvent> emit)
    {
        _workers = workers;
        var executor = new HelpingExecutor(HelpingExecutor.HelpersFor(workers, Environment.ProcessorCount));
        _loop = new MailboxLoop(clock, NoTransport.Instance, executor, emit);
        for (int w = 0; w < workers; w++)
        {
            _loop.Add(ActorId.Worker(w), createWorker(ActorId.Worker(w)));
        }
    }

    /// <summary>Takes an actor in beside the workers.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="actor">The actor.</param>
    public void Add(ActorId id, IActor actor) => _loop.Add(id, actor);

    /// <summary>Puts a message into an actor's mailbox; may be called from any thread.</summary>
    /// <param name="receiver">An actor of this loop.</param>
    /// <param name="message">The message.</param>
    public void Post(ActorId receiver, object message) => _loop.Post(receiver, message);

    /// <summary>Runs on the calling thread until an actor stops it.</summary>
    public void Run()
    {
        _loop.Post(ActorId.Server, new Begin());
        for (int w = 0; w < _workers; w++)
        {
            _loop.Post(ActorId.Worker(w), new Begin());
        }

        _loop.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    /// <summary>Everybody is in this process, so a message to somebody else is an error of the protocol.</summary>
    private sealed class NoTransport : ITransport
    {
        public static NoTransport Instance { get; } = new();

        public void Send(ActorId sender, ActorId receiver, object message) =>
            throw new InvalidOperationException($"{sender} sent {message.GetType().Name} to {receiver}, who is not in this process.");
    }
}
