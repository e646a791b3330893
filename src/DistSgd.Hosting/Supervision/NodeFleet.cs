using System.Collections.Concurrent;
using DistSgd.Hosting.Node;

namespace DistSgd.Hosting.Supervision;

/// <summary>
/// The processes of a cluster. Whatever happens to them waits in a queue for the one thread that owns the fleet; another thread may do
/// nothing but <see cref="Post"/> and <see cref="KillAll"/>.
/// </summary>
/// <param name="plan">The cluster.</param>
/// <param name="clock">The time.</param>
/// <param name="notice">
/// Told what a person should know, also what the server says in passing: of workers it knows more than they themselves. Called on any thread.
/// </param>
internal sealed class NodeFleet(ClusterPlan plan, TimeProvider clock, Action<string> notice) : IDisposable
{
    private static readonly TimeSpan GraceOfWorkers = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GraceOfKilled = TimeSpan.FromSeconds(2);

    private readonly BlockingCollection<Action> _inbox = [];
    private readonly long _origin = clock.GetTimestamp();
    private volatile bool _isDoomed;

    public SupervisedNode Server { get; } = new(NodeRoles.Server, NodeRoles.Server);

    public IReadOnlyList<SupervisedNode> Workers { get; } =
        [.. Enumerable.Range(0, plan.Workers).Select(i => new SupervisedNode($"{NodeRoles.Worker}-{i}", NodeRoles.Worker))];

    public IEnumerable<SupervisedNode> Nodes => Workers.Prepend(Server);

    /// <summary>Time since the fleet was made.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_origin);

    /// <summary>Where the server accepts workers; the system may have chosen the port.</summary>
    public NodeAddress Address { get; set; } = plan.Address;

    /// <summary>Starts the process of a node; failing to is an end like any other.</summary>
    /// <param name="node">The node; it has no process.</param>
    /// <param name="output">Told each line of its standard output, on the thread of the fleet.</param>
    /// <param name="ended">Told its end, on the thread of the fleet.</param>
    public void Start(SupervisedNode node, Action<string> output, Action<NodeExit> ended)
    {
        int life = ++node.Life;
        void PostOfLife(Action action) => Post(() =>
        {
            if (node.Life == life)
            {
                action();
            }
        });
        void End(NodeExit exit)
        {
            node.IsAlive = false;
            node.LastExit = node.Unnamed(exit);
            ended(node.LastExit);
        }

        node.StartDue = null;
        node.StartedAt = Now;
        node.Process?.Dispose();
        try
        {
            node.Process = NodeProcess.Start(StartOf(node), new ProcessListener(
                line => PostOfLife(() => output(line)),
                node == Server ? notice : static _ => { },
                exit => PostOfLife(() => End(exit))));
            node.IsAlive = true;
            node.State = node == Server ? NodeState.Starting : NodeState.Running;
        }
        catch (RunFailedException e)
        {
            PostOfLife(() => End(new NodeExit(ExitCodes.Failed, e.Message)));
        }

        if (_isDoomed)
        {
            KillAll();
        }
    }

    /// <summary>Has the thread of the fleet do something.</summary>
    /// <param name="action">What to do.</param>
    public void Post(Action action) => _inbox.Add(action);

    /// <summary>Does one thing that has come, or waits for it.</summary>
    /// <param name="until">How long; null for as long as it takes.</param>
    public void Await(TimeSpan? until)
    {
        TimeSpan wait = until is { } moment ? TimeSpan.FromTicks(Math.Max(0, (moment - Now).Ticks)) : Timeout.InfiniteTimeSpan;
        if (_inbox.TryTake(out Action? action, wait))
        {
            action();
        }
    }

    /// <summary>Ends all processes at once, and those that are started later.</summary>
    public void KillAll()
    {
        _isDoomed = true;
        foreach (SupervisedNode node in Nodes.Where(node => node.IsAlive))
        {
            node.Process?.Kill();
        }
    }

    /// <summary>Ends the fleet: lets the workers say good-bye, and kills what is left, which may be stopped and never answer.</summary>
    public void End()
    {
        foreach (SupervisedNode worker in Workers.Where(worker => worker.IsAlive))
        {
            worker.Process!.CloseInput();
        }

        AwaitEnds(GraceOfWorkers);
        KillAll();
        AwaitEnds(GraceOfKilled);
        foreach (SupervisedNode node in Nodes)
        {
            node.StartDue = null;
            if (node.IsAlive)
            {
                notice($"{node.Subject} (process {node.Process!.Id}) does not end though it was killed");
            }
            else if (node.State != NodeState.Failed)
            {
                node.State = NodeState.Ended;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SupervisedNode node in Nodes)
        {
            node.Process?.Dispose();
        }
    }

    private NodeStart StartOf(SupervisedNode node) => node == Server
        ? plan.Launcher.Server(Address)
        : plan.Launcher.Worker(node.Name, Address.Local);

    private void AwaitEnds(TimeSpan limit)
    {
        TimeSpan end = Now + limit;
        while (Nodes.Any(node => node.IsAlive) && Now < end)
        {
            Await(end);
        }
    }
}
