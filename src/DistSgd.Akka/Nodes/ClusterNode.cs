using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;
using DistSgd.Hosting.Logging;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using Serilog;
using Serilog.Core;
using AkkaCluster = Akka.Cluster.Cluster;

namespace DistSgd.Akka.Nodes;

/// <summary>
/// A node of the cluster: an actor system that has joined or tries to. One that the others gave up, or that gave itself up because it had lost
/// them, is replaced by a fresh one, which joins again.
/// </summary>
internal sealed class ClusterNode : IDisposable
{
    private static readonly TimeSpan PauseBeforeRejoin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(4);

    private readonly ClusterNodeOptions _options;
    private readonly Action<ActorSystem> _populate;
    private readonly Logger? _log;
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _life;
    private NodeAddress? _address;
    private volatile ActorSystem? _system;
    private volatile string? _problem;

    /// <summary>Starts the node.</summary>
    /// <param name="options">What it is.</param>
    /// <param name="populate">Puts the node's actors into each of its actor systems.</param>
    /// <exception cref="InputException">Its address is taken, or none of this machine's.</exception>
    public ClusterNode(ClusterNodeOptions options, Action<ActorSystem> populate)
    {
        _options = options;
        _populate = populate;
        _log = options.LogPath is { } path ? OpenLog(path) : null;
        if (options.Listen is not null)
        {
            Start();
        }

        _life = Task.Run(LiveAsync);
    }

    /// <summary>What other nodes call it; null before its first actor system.</summary>
    public NodeAddress? Address => _address;

    /// <summary>The present actor system if the cluster has taken it in.</summary>
    public ActorSystem? Member => _system is { WhenTerminated.IsCompleted: false } system
        && AkkaCluster.Get(system) is { IsTerminated: false, SelfMember.Status: MemberStatus.Up or MemberStatus.WeaklyUp } ? system : null;

    /// <summary>Why the cluster has not taken it in: a clause without a full stop.</summary>
    public string Problem => _problem ?? "no answer yet";

    /// <summary>Whether the nodes of the cluster know another token, so that asking again is of no use.</summary>
    public bool IsStranger { get; private set; }

    /// <summary>Leaves a cluster that is of no use, and looks for another.</summary>
    /// <param name="problem">Why.</param>
    public void Rejoin(string problem)
    {
        _problem = problem;
        if (Member is { } system)
        {
            CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        }
    }

    /// <summary>Says good-bye to the cluster and ends the actor system.</summary>
    public void Dispose()
    {
        _leaving.Cancel();
        if (_system is { } system)
        {
            CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).Wait(LongestGoodbye);
        }

        _life.Wait(LongestGoodbye);
        try
        {
            _log?.Dispose();
        }
        catch (IOException)
        {
            // A full disk ends the run for a reason of its own.
        }
    }

    private async Task LiveAsync()
    {
        while (true)
        {
            if (_system is { } system)
            {
                await system.WhenTerminated.ConfigureAwait(false);
            }

            if (_leaving.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(_system is null && _problem is null ? TimeSpan.Zero : PauseBeforeRejoin).ConfigureAwait(false);
            try
            {
                Start();
            }
            catch (Exception e) when (e is InputException or SocketException)
            {
                _problem = e.Message.TrimEnd('.');
                _system = null;
            }
        }
    }

    private void Start()
    {
        NodeAddress listen = _address is { } known && _options.Listen is not null ? known : _options.Listen ?? LocalAddressTo(_options.Servers[0]);
        ActorSystem system = Create(listen);
        AkkaCluster cluster = AkkaCluster.Get(system);
        Address self = cluster.SelfAddress;
        _address = NodeAddress.Tcp(self.Host, self.Port!.Value);
        system.ActorOf(Props.Create(() => new Watch(this)), "watch");
        _populate(system);
        _system = system;
        IReadOnlyList<NodeAddress> seeds = _options.Servers.Count > 0 ? _options.Servers : [_address];
        cluster.JoinSeedNodes(seeds.Select(seed => new Address(self.Protocol, self.System, seed.Host, seed.Port)));
    }

    private ActorSystem Create(NodeAddress listen)
    {
        try
        {
            return ActorSystem.Create(
                ClusterSettings.SystemName, ClusterSettings.Of(_options, listen).And(new EngineLogSetup((ILogger?)_log ?? Logger.None)));
        }
        catch (Exception e) when (FailureOf<SocketException>(e) is { } failure)
        {
            string what = failure.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? "another program listens there already; choose another address, or end that program"
                : failure.Message;
            throw new InputException($"Cannot listen at {listen}: {what}.", e);
        }
    }

    private void Note(AssociationErrorEvent failure)
    {
        // What befalls connections to members is the cluster's to judge.
        if (Member is null && !failure.IsInbound)
        {
            IsStranger |= FailureOf<AuthenticationException>(failure.Cause) is not null;
            _problem = IsStranger
                ? "the cluster does not know the token of this node; give it the file of the run's token (--token-file)"
                : $"{failure.RemoteAddress?.Host}:{failure.RemoteAddress?.Port}: {Sentence(failure.Cause.GetBaseException().Message)}";
        }
    }

    // Akka's transport says the address once more behind the reason.
    private static string Sentence(string message)
    {
        int end = message.AsSpan().IndexOfAny('\n', '\r');
        string line = end < 0 ? message : message[..end];
        int address = line.IndexOf("tcp://", StringComparison.Ordinal);
        return (address < 0 ? line : line[..line.LastIndexOf(' ', address)]).TrimEnd('.', ' ');
    }

    private static T? FailureOf<T>(Exception e)
        where T : Exception => e is T found ? found
        : e is AggregateException many ? many.Flatten().InnerExceptions.Select(FailureOf<T>).FirstOrDefault(inner => inner is not null)
        : e.InnerException is { } inner ? FailureOf<T>(inner) : null;

    /// <summary>The address that this machine has towards a server; a machine has several, and a cluster needs one name for each node.</summary>
    private static NodeAddress LocalAddressTo(NodeAddress server)
    {
        IPAddress remote = Array.Find(Dns.GetHostAddresses(server.Host!), address => address.AddressFamily == AddressFamily.InterNetwork)
            ?? throw new SocketException((int)SocketError.HostNotFound);
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); // connecting sends nothing
        probe.Connect(remote, server.Port);
        return NodeAddress.Tcp(((IPEndPoint)probe.LocalEndPoint!).Address.ToString(), 0);
    }

    private static Logger OpenLog(string path)
    {
        try
        {
            File.AppendAllText(path, "");
            return new LoggerConfiguration().MinimumLevel.Debug().WriteTo.File(new ClefFormatter(), path).CreateLogger();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the engine's log cannot be opened for writing: {e.Message}", e);
        }
    }

    /// <summary>Takes note of what Akka tells about the node's connections.</summary>
    private sealed class Watch : ReceiveActor
    {
        public Watch(ClusterNode node)
        {
            Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
            Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
            Receive<AssociationErrorEvent>(node.Note);
            Receive<ThisActorSystemQuarantinedEvent>(e =>
                CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance));
        }
    }
}
