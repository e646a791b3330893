using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Hosting.Node;

/// <summary>
/// Stands before the leader and keeps which connection is the worker that the leader knows. A worker may have been lost and come back under
/// its name before the leader has heard of either: what it still sends to the lost one must not reach the other, who was asked for nothing.
/// </summary>
/// <param name="leader">The leader.</param>
internal sealed class KnownPeers(IActor leader) : IActor
{
    private readonly Dictionary<string, WorkerPeer> _known = [];

    /// <summary>The connection of a worker; for the thread that delivers the leader's messages.</summary>
    /// <param name="name">Name of the worker.</param>
    /// <returns>The connection, or null if the leader knows that the worker has gone.</returns>
    public WorkerPeer? Find(string name) => _known.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case PeerChange { Message: WorkerLeft } change:
                _known.Remove(change.Peer.Name);
                leader.Receive(change.Message, context);
                break;
            case PeerChange change:
                _known[change.Peer.Name] = change.Peer;
                leader.Receive(change.Message, context);
                break;
            default:
                leader.Receive(message, context);
                break;
        }
    }
}

/// <summary>A worker has come or gone.</summary>
/// <param name="Peer">Its connection.</param>
/// <param name="Message">What the leader is told: WorkerJoined or WorkerLeft.</param>
internal sealed record PeerChange(WorkerPeer Peer, object Message);
