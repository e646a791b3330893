using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>
/// The server's side of the sockets: takes workers in, carries messages to them and theirs to the loop, and turns what happens to
/// connections into the protocol's membership messages.
/// </summary>
/// <remarks>Each connection has a thread that receives; sending is done by the loop, so it is for one thread at a time.</remarks>
internal sealed class NodeServer : ITransport, IDisposable
{
    private static readonly TimeSpan LastWordLimit = TimeSpan.FromSeconds(2);

    private readonly NodeListener _listener;
    private readonly NodeServerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Refusals _refusals;
    private readonly Reception _reception;
    private readonly FrameEncoder _encoder;
    private readonly HeadBuffer _head = new();
    private readonly HeadBuffer _stepHead = new();
    private readonly Dictionary<string, WorkerPeer> _peers = [];
    private KnownPeers? _known;
    private Action<ActorId, object> _post = static (_, _) => { };
    private EncodedFrame _stepFrame;
    private (int Term, long Step) _stepOfFrame = (-1, -1);
    private bool _isOver;

    /// <summary>Creates the server.</summary>
    /// <param name="listener">Where peers dial; closed with the server.</param>
    /// <param name="settings">What it expects and tells.</param>
    /// <param name="clock">The time.</param>
    public NodeServer(NodeListener listener, NodeServerSettings settings, TimeProvider clock)
    {
        _listener = listener;
        _settings = settings;
        _clock = clock;
        _encoder = new FrameEncoder(settings.Shape.Encoding);
        _refusals = new Refusals(clock, refused => _post(ActorId.Server, refused));
        _reception = new Reception(listener, settings, clock, _refusals, Serve);
    }

    /// <summary>Begins to take peers in.</summary>
    /// <param name="post">Puts a message into an actor's mailbox; called by many threads.</param>
    public void Start(Action<ActorId, object> post)
    {
        _post = post;
        _reception.Start();
    }

    /// <summary>Takes note of who the leader knows.</summary>
    /// <param name="leader">The leader.</param>
    /// <returns>What is to be hosted in its place.</returns>
    public IActor Serve(IActor leader) => _known = new KnownPeers(leader);

    /// <summary>Number of workers that are connected.</summary>
    public int Connected
    {
        get
        {
            lock (_peers)
            {
                return _peers.Count;
            }
        }
    }

    /// <inheritdoc/>
    public void Send(ActorId sender, ActorId receiver, object message)
    {
        if (_known?.Find(receiver.Name) is not { } peer)
        {
            return;
        }

        peer.Grants.Note(message);
        if (message is StepStarted step)
        {
            peer.Connection.Send(FrameOf(step));
            return;
        }

        for (int frame = 0; frame < FrameEncoder.FrameCount(message); frame++)
        {
            peer.Connection.Send(_encoder.Encode(message, frame, _head));
        }
    }

    /// <summary>Closes the connection of a worker, whose shards then move; it may dial anew.</summary>
    /// <param name="worker">Its name; one that is not connected is passed over.</param>
    /// <param name="reason">Why.</param>
    public void Disconnect(string worker, string reason)
    {
        WorkerPeer? peer;
        lock (_peers)
        {
            peer = _peers.GetValueOrDefault(worker);
        }

        peer?.Connection.Close(reason);
    }

    /// <summary>Takes no more peers, tells the workers that the run is over and waits until they know.</summary>
    /// <param name="outcome">How it ended; after an interruption the workers are left waiting for its continuation.</param>
    public void End(string outcome)
    {
        _listener.Dispose();
        WorkerPeer[] peers;
        lock (_peers)
        {
            _isOver = true;
            peers = [.. _peers.Values];
        }

        foreach (WorkerPeer peer in peers)
        {
            if (outcome == RunOutcomes.Interrupted)
            {
                peer.Connection.Close("the run was interrupted");
            }
            else
            {
                peer.Connection.Send(new RunEnded(outcome));
            }
        }

        long since = _clock.GetTimestamp();
        foreach (WorkerPeer peer in peers)
        {
            TimeSpan left = LastWordLimit - _clock.GetElapsedTime(since);
            peer.Gone.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            peer.Connection.Close("the run is over");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_peers)
        {
            _isOver = true;
            foreach (WorkerPeer peer in _peers.Values)
            {
                peer.Connection.Close("the server has ended");
            }
        }
    }

    // All workers of a step are sent the same frame.
    private EncodedFrame FrameOf(StepStarted step)
    {
        if (_stepOfFrame != (step.Term, step.Step))
        {
            _stepFrame = _encoder.Encode(step, 0, _stepHead);
            _stepOfFrame = (step.Term, step.Step);
        }

        return _stepFrame;
    }

    private void Serve(NodeConnection connection, Hello hello, Welcome welcome)
    {
        var peer = new WorkerPeer(hello.Node, connection, _settings, _post);
        try
        {
            Register(peer);
            Handshake.Admit(connection, _settings, welcome);
            if (peer.Serve() is { } declined)
            {
                _refusals.Report(peer.Name, declined);
            }
        }
        catch (RefusedException e)
        {
            Refuse(peer, e.Message, e.IsFinal);
        }
        catch (WireException e)
        {
            Refuse(peer, e.Message.TrimEnd('.'), isFinal: true);
        }
        catch (ConnectionLostException e)
        {
            connection.Close(e.Message);
            peer.Leave(MembershipChanges.Lost, e.Message);
        }
        finally
        {
            Forget(peer);
        }
    }

    private void Refuse(WorkerPeer peer, string reason, bool isFinal)
    {
        if (!peer.HasJoined)
        {
            _refusals.Report(peer.Name, reason);
        }

        peer.Connection.Refuse(reason, isFinal, () => peer.Leave(MembershipChanges.Lost, reason));
    }

    /// <summary>Takes a peer in. One of the same name that is silent makes room: its connection is dead, it just does not know.</summary>
    private void Register(WorkerPeer peer)
    {
        while (true)
        {
            WorkerPeer? other;
            lock (_peers)
            {
                if (_isOver)
                {
                    throw new RefusedException(peer.Name, "the run is over") { IsFinal = false };
                }

                if (_peers.TryAdd(peer.Name, peer))
                {
                    return;
                }

                other = _peers[peer.Name];
            }

            if (other.Connection.Silence < 2 * _settings.Limits.Heartbeat && other.Connection.ClosedBecause is null)
            {
                throw new RefusedException(peer.Name, "another worker of this name is connected; give each its own --name") { IsFinal = false };
            }

            other.Connection.Close("it has dialed anew");
            if (!other.Gone.Wait(ConnectionLimits.Handshake))
            {
                throw new RefusedException(peer.Name, "its last connection is still in use") { IsFinal = false };
            }
        }
    }

    private void Forget(WorkerPeer peer)
    {
        lock (_peers)
        {
            if (_peers.TryGetValue(peer.Name, out WorkerPeer? registered) && registered == peer)
            {
                _peers.Remove(peer.Name);
            }
        }

        peer.Gone.Set();
    }
}
