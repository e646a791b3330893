using Akka.Actor;
using Akka.Cluster;
using DistSgd.Training.Wire;
using AkkaCluster = Akka.Cluster.Cluster;

namespace DistSgd.Akka.Nodes;

/// <summary>The node that leads, as its leader sees it; called by actors.</summary>
internal interface ILeadership
{
    /// <summary>Number of servers that the run has.</summary>
    int ServerCount { get; }

    /// <summary>Where workers are taken in; null while nobody is.</summary>
    ServerFound? Place { get; }

    /// <summary>This node leads from now on.</summary>
    /// <param name="leader">Makes actors for a <see cref="Spawn"/>.</param>
    void Begin(IActorRef leader);

    /// <summary>This node does not lead any more.</summary>
    void End();

    /// <summary>Lets a worker go.</summary>
    /// <param name="worker">Its name.</param>
    /// <param name="reason">Why.</param>
    void Disconnect(string worker, string reason);
}

/// <summary>Asks the leader for an actor of its own; answered by its reference.</summary>
/// <param name="Props">What to make.</param>
/// <param name="Name">Its name.</param>
internal sealed record Spawn(Props Props, string Name);

/// <summary>
/// The cluster's singleton: the actors of the run are its children. It tells workers where they are taken in, and turns what the cluster
/// finds out about their nodes into the protocol's membership messages, by way of their connections.
/// </summary>
internal sealed class LeaderActor : ReceiveActor
{
    private readonly ILeadership _node;
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly Dictionary<string, Address> _workers = [];

    /// <summary>Created where the singleton is.</summary>
    /// <param name="node">The node.</param>
    public LeaderActor(ILeadership node)
    {
        _node = node;
        Receive<FindServer>(find => Sender.Tell(Answer(find)));
        Receive<Spawn>(spawn => Sender.Tell(Context.ActorOf(spawn.Props, spawn.Name)));
        Receive<ClusterEvent.UnreachableMember>(e => LetGo(e.Member, "its node is unreachable"));
        Receive<ClusterEvent.MemberRemoved>(e => LetGo(e.Member, "its node has left the cluster"));
    }

    /// <summary>Names the singleton's actors.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The props.</returns>
    public static Props Props(ILeadership node) => global::Akka.Actor.Props.Create(() => new LeaderActor(node));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            [typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberRemoved)]);
        _node.Begin(Self);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        _node.End();
    }

    private object Answer(FindServer find)
    {
        if (find.Servers != _node.ServerCount)
        {
            return new Refused(
                $"it was told of {find.Servers} server(s) with --connect; the run has {_node.ServerCount}: name them all on every node", IsFinal: true);
        }

        Address address = Sender.Path.Address;
        if (_workers.TryGetValue(find.Node, out Address? other) && other != address && IsAlive(other))
        {
            return new Refused("another worker of this name is in the cluster; give each its own --name", IsFinal: false);
        }

        _workers[find.Node] = address;
        return (object?)_node.Place ?? new Refused("the server has only begun to lead", IsFinal: false);
    }

    private bool IsAlive(Address address) =>
        _cluster.State.Members.Any(member => member.Address == address) && _cluster.State.Unreachable.All(member => member.Address != address);

    private void LetGo(Member member, string reason)
    {
        // Normally the connection was closed long before the cluster knows; then there is nothing to do.
        if (_workers.FirstOrDefault(worker => worker.Value == member.Address).Key is { } name)
        {
            _node.Disconnect(name, reason);
        }
    }
}
