using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using DistSgd.Akka.Nodes;
using DistSgd.Akka.Stage;
using DistSgd.Hosting;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Training.Wire;

namespace DistSgd.Akka;

/// <summary>The node of a server: leads the run while the cluster's singleton is here, and stands by otherwise.</summary>
internal sealed class AkkaServerNode : IServerNode, ILeadership
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ServerPlace _place;
    private readonly NodeAddress _data;
    private readonly ClusterNode _node;
    private readonly SemaphoreSlim _change = new(0);
    private readonly Lock _lock = new();
    private NodeListener? _listener;
    private IActorRef? _leader;
    private AkkaStage? _stage;
    private NodeCluster? _run;
    private int? _endWith;

    /// <summary>Opens the node.</summary>
    /// <param name="place">Where it is.</param>
    public AkkaServerNode(ServerPlace place)
    {
        _place = place;
        _data = place.Data ?? NodeAddress.Tcp(place.Listen.Host!, place.Listen.LeavesPortOpen ? 0 : place.Listen.Port + 1);
        _listener = NodeListener.Open(_data);
        try
        {
            _node = new ClusterNode(
                new ClusterNodeOptions
                {
                    Role = "server",
                    Listen = place.Listen,
                    Servers = place.Servers,
                    Token = place.Token,
                    LogPath = place.LogPath,
                },
                system => system.ActorOf(ClusterSingletonManager.Props(LeaderActor.Props(this), ClusterSingletonManagerSettings.Create(system)), "server"));
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public NodeAddress Address => _node.Address!;

    /// <inheritdoc/>
    public int ServerCount => Math.Max(1, _place.Servers.Count);

    /// <inheritdoc/>
    public ServerFound? Place
    {
        get
        {
            lock (_lock)
            {
                return _listener is null && _run is null ? null : new ServerFound(_run?.RunId ?? "", (_run?.Address ?? _listener!.Address).ToString());
            }
        }
    }

    /// <inheritdoc/>
    public int Run(Func<int> lead)
    {
        ArgumentNullException.ThrowIfNull(lead);
        while (AwaitElection())
        {
            try
            {
                return lead();
            }
            catch (LeadershipLostException)
            {
                _place.Notice("this node does not lead any more: the others have lost sight of it; it joins them again");
            }
        }

        return _endWith!.Value;
    }

    /// <inheritdoc/>
    public NodeCluster Wire(ClusterSetup setup, byte[] token)
    {
        (IActorRef leader, NodeListener listener) = Claim();
        AkkaStage? stage = null;
        var run = new NodeCluster(setup, listener, token, (clock, transport, emit) =>
            stage = new AkkaStage(clock, transport, emit, (props, name) => leader.Ask<IActorRef>(new Spawn(props, name), Patience).Result));
        lock (_lock)
        {
            if (_leader == leader)
            {
                _stage = stage;
                return _run = run;
            }
        }

        run.Dispose();
        throw new LeadershipLostException();
    }

    /// <inheritdoc/>
    public void Begin(IActorRef leader)
    {
        lock (_lock)
        {
            _leader = leader;
        }

        _change.Release();
    }

    /// <inheritdoc/>
    public void End()
    {
        lock (_lock)
        {
            _leader = null;
            _run = null;
            _stage?.Abandon(new LeadershipLostException());
        }
    }

    /// <inheritdoc/>
    public void Disconnect(string worker, string reason)
    {
        NodeCluster? run;
        lock (_lock)
        {
            run = _run;
        }

        run?.Disconnect(worker, reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _node.Dispose();
        _listener?.Dispose();
        _change.Dispose();
    }

    private (IActorRef Leader, NodeListener Listener) Claim()
    {
        lock (_lock)
        {
            IActorRef leader = _leader ?? throw new LeadershipLostException();
            NodeListener listener = _listener ?? NodeListener.Open(_data);
            _listener = null;
            return (leader, listener);
        }
    }

    /// <summary>Waits until this node is to lead.</summary>
    /// <returns>False if it was asked to end.</returns>
    private bool AwaitElection()
    {
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, ExitCodes.Terminated));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, ExitCodes.Interrupted));
        for (bool hasTold = false; ;)
        {
            bool isNews = _change.Wait(Patience);
            lock (_lock)
            {
                if (_leader is not null || _endWith is not null)
                {
                    return _endWith is null;
                }
            }

            if (_node.IsStranger)
            {
                throw new InputException($"{string.Join(", ", _place.Servers)}: {_node.Problem}.");
            }

            if (!isNews && !hasTold)
            {
                hasTold = true;
                _place.Notice(_node.Member is null
                    ? $"the cluster has not taken this node in: {_node.Problem}; asking again"
                    : "standing by: another server leads the run");
            }
        }

        void End(PosixSignalContext context, int exitCode)
        {
            context.Cancel = true;
            _endWith = exitCode;
            _change.Release();
        }
    }
}

/// <summary>This node must not lead any more.</summary>
internal sealed class LeadershipLostException() : Exception("This node must not lead any more.");
