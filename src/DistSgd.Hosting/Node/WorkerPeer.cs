using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

namespace DistSgd.Hosting.Node;

/// <summary>A worker as its server sees it: a connection and what may come over it.</summary>
internal sealed class WorkerPeer
{
    private readonly NodeServerSettings _settings;
    private readonly Action<ActorId, object> _post;

    /// <summary>Creates the peer.</summary>
    /// <param name="name">Its name, proved.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="settings">What the server expects.</param>
    /// <param name="post">Puts a message into an actor's mailbox.</param>
    public WorkerPeer(string name, NodeConnection connection, NodeServerSettings settings, Action<ActorId, object> post)
    {
        Name = name;
        Connection = connection;
        _settings = settings;
        _post = post;
        Grants = new Grants(settings.Shape.Shards, settings.ExamplesOf);
        connection.Inspect = Grants.Inspect;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its connection.</summary>
    public NodeConnection Connection { get; }

    /// <summary>What it was asked for.</summary>
    public Grants Grants { get; }

    /// <summary>Whether the server counts on it.</summary>
    public bool HasJoined { get; private set; }

    /// <summary>Set once nothing of it will be posted any more.</summary>
    public ManualResetEventSlim Gone { get; } = new();

    /// <summary>Posts what the worker sends, until it says good-bye.</summary>
    /// <returns>Why it went again without having joined; null if it had.</returns>
    /// <exception cref="RefusedException">It is no worker for this run after all.</exception>
    /// <exception cref="ConnectionLostException">It has gone without a word.</exception>
    /// <exception cref="WireException">It sent what nobody asked for, or what is no message.</exception>
    public string? Serve()
    {
        while (true)
        {
            switch (Connection.Receive())
            {
                case Ping ping: Connection.Send(new Pong(ping.Number)); break;
                case Pong: break;
                case WorkerJoined joined: Join(joined); break;
                case GradientComputed gradient when gradient.Worker.Name != Name:
                    throw new WireException(
                        WireProblem.BadField, $"GradientComputed.worker: found {gradient.Worker.Name}; expected {Name}.");
                case GradientComputed gradient:
                    Grants.Take(gradient);
                    _post(ActorId.Server, gradient);
                    break;
                case BlocksEvaluated blocks:
                    Grants.Take(blocks);
                    _post(ActorId.Server, blocks);
                    break;
                case CurvatureMeasured measured: _post(ActorId.Server, measured); break;
                case Leave leave:
                    string? declined = HasJoined ? null : leave.Reason;
                    Connection.Close(leave.Reason);
                    Leave(MembershipChanges.Left, leave.Reason);
                    return declined;
                case { } other:
                    throw new WireException(WireProblem.OutOfPlace, $"Found {other.GetType().Name}; expected the messages of a worker.");
            }
        }
    }

    /// <summary>Tells the server that the worker has gone, if it ever came.</summary>
    /// <param name="change">How.</param>
    /// <param name="reason">Why.</param>
    public void Leave(string change, string reason)
    {
        // The memory of frames under way must be out of use before the server goes on without this worker.
        Connection.EndSending();
        if (HasJoined)
        {
            HasJoined = false;
            _post(ActorId.Server, new PeerChange(this, new WorkerLeft(new ActorId(Name), change, reason)));
        }
    }

    private void Join(WorkerJoined joined)
    {
        if (joined.Worker.Name != Name)
        {
            throw new RefusedException(Name, $"it joined as {joined.Worker.Name}; expected its own name, {Name}");
        }

        if (joined.DataSha256 != _settings.DataSha256)
        {
            throw new RefusedException(
                Name, $"its data set is another one: found SHA-256 {joined.DataSha256}, expected {_settings.DataSha256}");
        }

        HasJoined = true;
        _post(ActorId.Server, new PeerChange(this, joined));
    }
}
