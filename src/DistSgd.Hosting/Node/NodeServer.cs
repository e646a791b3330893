using System.Net.Sockets;
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
    private readonly FrameEncoder _encoder;
    private readonly HeadBuffer _head = new();
    private readonly HeadBuffer _stepHead = new();
    private readonly Dictionary<string, WorkerPeer> _peers = [];
    private Action<ActorId, object> _post = static (_, _) => { };
    private EncodedFrame _stepFrame;
    private (int Term, long Step) _stepOfFrame = (-1, -1);
    private int _strangers;

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
    }

    /// <summary>Begins to take peers in.</summary>
    /// <param name="post">Puts a message into an actor's mailbox; called by many threads.</param>
    public void Start(Action<ActorId, object> post)
    {
        _post = post;
        new Thread(AcceptPeers) { IsBackground = true, Name = "accept" }.Start();
    }

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
        WorkerPeer? peer;
        lock (_peers)
        {
            _peers.TryGetValue(receiver.Name, out peer);
        }

        if (peer is null)
        {
            return; // it is gone, which the server is about to learn
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

    /// <summary>Takes no more peers, tells the workers that the run is over and waits until they know.</summary>
    /// <param name="outcome">How it ended; after an interruption the workers are left waiting for its continuation.</param>
    public void End(string outcome)
    {
        _listener.Dispose();
        WorkerPeer[] peers;
        lock (_peers)
        {
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

    private void AcceptPeers()
    {
        while (_listener.Accept() is { } socket)
        {
            if (Interlocked.Increment(ref _strangers) > ConnectionLimits.StrangersMax)
            {
                Interlocked.Decrement(ref _strangers);
                socket.Dispose();
                continue;
            }

            new Thread(() => Serve(socket)) { IsBackground = true, Name = "peer" }.Start();
        }
    }

    private void Serve(Socket socket)
    {
        using var connection = new NodeConnection(socket, new ConnectionLimits(ConnectionLimits.Handshake), _clock);
        string address = socket.RemoteEndPoint is System.Net.IPEndPoint ip ? ip.ToString() : "a local peer";
        if (Meet(connection, address) is not { } hello)
        {
            return;
        }

        var peer = new WorkerPeer(hello.Node, connection, _settings, _post);
        try
        {
            Register(peer);
            peer.Serve();
        }
        catch (RefusedException e)
        {
            Refuse(connection, hello.Node, e.Message, e.IsFinal, peer);
        }
        catch (WireException e)
        {
            Refuse(connection, hello.Node, e.Message.TrimEnd('.'), isFinal: true, peer);
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

    private Hello? Meet(NodeConnection connection, string address)
    {
        try
        {
            using ITimer limit = _clock.CreateTimer(
                _ => connection.Close("it did not say who it is"), null, ConnectionLimits.Handshake, Timeout.InfiniteTimeSpan);
            return Handshake.Answer(connection, _settings);
        }
        catch (RefusedException e)
        {
            Refuse(connection, e.Node, e.Message, isFinal: true);
        }
        catch (WireException e)
        {
            Refuse(connection, address, e.Message.TrimEnd('.'), isFinal: true);
        }
        catch (ConnectionLostException)
        {
            // Whoever only looks whether somebody listens is no news.
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
        }

        return null;
    }

    private void Refuse(NodeConnection connection, string name, string reason, bool isFinal, WorkerPeer? peer = null)
    {
        if (peer?.HasJoined != true)
        {
            _refusals.Report(name, reason);
        }

        connection.Refuse(reason, isFinal, () => peer?.Leave(MembershipChanges.Lost, reason));
    }

    /// <summary>Takes a peer in. One of the same name that is silent makes room: its connection is dead, it just does not know.</summary>
    private void Register(WorkerPeer peer)
    {
        while (true)
        {
            WorkerPeer? other;
            lock (_peers)
            {
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
