using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Hosting.Node;

/// <summary>The actors of a server's process, with whoever leads there; the workers are other processes that dial.</summary>
internal sealed class NodeLoop : IDisposable
{
    private readonly NodeServer _node;
    private readonly IActorStage _loop;

    /// <summary>Wires the loop and the server's side of the sockets.</summary>
    /// <param name="listener">Where workers dial; closed with the loop.</param>
    /// <param name="settings">What the server expects of them and tells them.</param>
    /// <param name="clock">The time.</param>
    /// <param name="emit">Receives the events that actors emit, one at a time.</param>
    /// <param name="createStage">Makes the stage of the actors; a lent mailbox loop if null.</param>
    public NodeLoop(
        NodeListener listener,
        NodeServerSettings settings,
        TimeProvider clock,
        Action<TrainingEvent> emit,
        ActorStageFactory? createStage = null)
    {
        _node = new NodeServer(listener, settings, clock);
        _loop = createStage?.Invoke(clock, _node, emit) ?? new MailboxLoop(clock, _node, new BackgroundExecutor(), emit, isLent: true);
    }

    /// <summary>Number of workers that are connected.</summary>
    public int Connected => _node.Connected;

    /// <summary>Takes an actor of this process in.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="actor">The actor.</param>
    public void Add(ActorId id, IActor actor) => _loop.Add(id, id == ActorId.Server ? _node.Serve(actor) : actor);

    /// <summary>Puts a message into an actor's mailbox; may be called from any thread.</summary>
    /// <param name="receiver">An actor of this process.</param>
    /// <param name="message">The message.</param>
    public void Post(ActorId receiver, object message) => _loop.Post(receiver, message);

    /// <summary>Runs until an actor stops it.</summary>
    public void Run()
    {
        _loop.Post(ActorId.Server, new Begin());
        _node.Start(_loop.Post);
        _loop.Run();
    }

    /// <summary>Closes the connection of a worker.</summary>
    /// <param name="worker">Its name.</param>
    /// <param name="reason">Why.</param>
    public void Disconnect(string worker, string reason) => _node.Disconnect(worker, reason);

    /// <summary>Takes no more workers and tells those who are there that the run is over.</summary>
    /// <param name="outcome">How it ended.</param>
    public void End(string outcome) => _node.End(outcome);

    /// <inheritdoc/>
    public void Dispose()
    {
        _node.Dispose();
        _loop.Dispose();
    }
}
