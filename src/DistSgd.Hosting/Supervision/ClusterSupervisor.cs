using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Supervision;

/// <summary>
/// Runs a cluster of processes: starts a server and its workers, starts again what crashes, and ends the workers when the server has
/// ended for good.
/// </summary>
/// <remarks>
/// The run itself is the server's; the supervisor knows of it what stands in its files. Where it dies, the standard input of its nodes ends, and so
/// do they.
/// </remarks>
public sealed class ClusterSupervisor : IDisposable
{
    /// <summary>What the server writes in front of its address once it accepts workers.</summary>
    public const string ListeningMark = "listening ";

    /// <summary>What asks the server to end with a checkpoint, in front of the name of a signal.</summary>
    public const string InterruptMark = "interrupt ";

    private const string NoRespawn = "it is not started again (--no-respawn)";

    /// <summary>A worker that ends by itself has been told that the run is over: the server writes its last files and ends too.</summary>
    private static readonly TimeSpan PauseAfterDone = TimeSpan.FromSeconds(10);

    private readonly ClusterPlan _plan;
    private readonly Action<string> _notice;
    private readonly NodeFleet _fleet;
    private readonly ClusterFileWriter _file;
    private string? _interrupt;
    private ClusterEnd? _lackOfWorkers;
    private ClusterEnd? _end;
    private volatile ClusterEnd? _killed;

    /// <summary>Prepares to run a cluster.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="clock">The time.</param>
    /// <param name="notice">Told what a person should know; called on any thread.</param>
    public ClusterSupervisor(ClusterPlan plan, TimeProvider clock, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(clock);
        _plan = plan;
        _notice = notice;
        _fleet = new NodeFleet(plan, clock, notice);
        _file = new ClusterFileWriter(plan, _fleet, notice);
    }

    private SupervisedNode Server => _fleet.Server;

    /// <summary>Runs the cluster on the calling thread until all its processes have ended.</summary>
    /// <returns>How it ended.</returns>
    public ClusterEnd Run()
    {
        try
        {
            Start(Server);
            if (!_fleet.Address.LeavesPortOpen)
            {
                StartWorkers();
            }

            while (_end is null)
            {
                StartDue();
                _file.Update();
                _fleet.Await(_fleet.Nodes.Min(node => node.StartDue));
                _end ??= _killed;
            }

            _fleet.End();
            _file.Update();
            return _end;
        }
        finally
        {
            _fleet.KillAll();
        }
    }

    /// <summary>Has the server end after the current step with a checkpoint; may be called from any thread.</summary>
    /// <param name="signal">Why: the name of the signal.</param>
    public void Interrupt(string signal) => _fleet.Post(() =>
    {
        _interrupt ??= signal;
        InterruptServer(_interrupt, new ClusterEnd(CodeOf(_interrupt), null, CanGoOn: true));
    });

    /// <summary>Ends all processes at once, without a checkpoint; may be called from any thread.</summary>
    /// <param name="exitCode">The cluster's exit code.</param>
    public void Kill(int exitCode)
    {
        _killed ??= new ClusterEnd(exitCode, null, CanGoOn: true);
        _fleet.KillAll();
        _fleet.Post(static () => { });
    }

    /// <inheritdoc/>
    public void Dispose() => _fleet.Dispose();

    private static int CodeOf(string signal) => signal == TrainingRun.SignalTerminate ? ExitCodes.Terminated : ExitCodes.Interrupted;

    private void StartWorkers()
    {
        foreach (SupervisedNode worker in _fleet.Workers.Where(worker => worker.Life == 0))
        {
            Start(worker);
        }
    }

    private void Start(SupervisedNode node) => _fleet.Start(node, line => TakeOutput(node, line), exit => TakeEnd(node, exit));

    private void StartDue()
    {
        foreach (SupervisedNode node in _fleet.Nodes.Where(node => node.StartDue <= _fleet.Now).ToArray())
        {
            if (!_plan.Respawns)
            {
                GiveUp(node, NoRespawn);
                continue;
            }

            node.Restarts++;
            Start(node);
            if (node.IsAlive)
            {
                _notice($"{node.Subject} {node.LastExit!.VerbWithReason}; started again as process {node.Process!.Id}");
            }

            if (node == Server)
            {
                CallBackWorkers();
            }
        }
    }

    /// <summary>A server that is started again needs the workers too that had been told that the run is over.</summary>
    private void CallBackWorkers()
    {
        foreach (SupervisedNode worker in _fleet.Workers.Where(worker => worker.StartDue is not null))
        {
            worker.StartDue = _fleet.Now;
        }
    }

    private void TakeOutput(SupervisedNode node, string line)
    {
        if (node == Server && line.StartsWith(ListeningMark, StringComparison.Ordinal))
        {
            // A server that is started again listens where the workers look for it, also where the system had chosen the port.
            _fleet.Address = NodeAddress.Parse(line[ListeningMark.Length..], "listening");
            node.State = NodeState.Running;
            StartWorkers();
        }
    }

    private void TakeEnd(SupervisedNode node, NodeExit exit)
    {
        node.State = exit.IsFailure ? NodeState.Failed : NodeState.Ended;
        if (_end is not null)
        {
            return; // The fleet is being ended.
        }

        if (node == Server)
        {
            TakeEndOfServer(exit);
        }
        else
        {
            TakeEndOfWorker(node, exit);
        }
    }

    private void TakeEndOfServer(NodeExit exit)
    {
        string what = $"The server {exit.VerbWithReason}";
        if (exit.IsOrderlyEnd)
        {
            bool wasCutOff = exit.Code is ExitCodes.Interrupted or ExitCodes.Terminated;
            _end = wasCutOff && _lackOfWorkers is not null ? _lackOfWorkers : new ClusterEnd(exit.Code, null, wasCutOff);
        }
        else if (exit.IsFailure)
        {
            _end = new ClusterEnd(exit.Code, exit.Message ?? what + ".", CanGoOn: exit.Message is null);
        }
        else if (CodeOfFinishedRun() is { } code)
        {
            _end = new ClusterEnd(code, null, CanGoOn: false);
        }
        else if (_lackOfWorkers is not null)
        {
            _end = _lackOfWorkers;
        }
        else if (_interrupt is not null)
        {
            _end = new ClusterEnd(CodeOf(_interrupt), what + " before it had written a checkpoint.", CanGoOn: true);
        }
        else if (!_plan.Respawns)
        {
            GiveUp(Server, NoRespawn);
        }
        else
        {
            Schedule(Server, TimeSpan.Zero);
        }
    }

    private void TakeEndOfWorker(SupervisedNode worker, NodeExit exit)
    {
        if (exit.IsFailure)
        {
            GiveUp(worker, "it is not started again");
        }
        else if (!_plan.Respawns && exit.Code != ExitCodes.Done)
        {
            GiveUp(worker, NoRespawn);
        }
        else
        {
            Schedule(worker, exit.Code == ExitCodes.Done ? PauseAfterDone : TimeSpan.Zero);
        }
    }

    private void Schedule(SupervisedNode node, TimeSpan least)
    {
        if (node.Budget.DelayAfter(node.StartedAt, _fleet.Now) is not { } delay)
        {
            GiveUp(node, $"it is not started again: it was {RestartBudget.MostRestarts} times within {RestartBudget.Period.TotalSeconds:0} s");
            return;
        }

        node.State = NodeState.Restarting;
        node.StartDue = _fleet.Now + (delay > least ? delay : least);
    }

    private void GiveUp(SupervisedNode node, string how)
    {
        node.StartDue = null;
        node.State = NodeState.Failed;
        NodeExit exit = node.LastExit!;
        int code = exit.IsFailure ? exit.Code : ExitCodes.Failed;
        string text = $"{node.Subject} {exit.Verb}; {how}{(exit.Message is null ? "" : $": {exit.Message}")}";
        if (node == Server)
        {
            _end = new ClusterEnd(code, text, CanGoOn: true);
        }
        else if (_fleet.Workers.Any(worker => worker.IsAlive || worker.StartDue is not null) || HasWorkersElsewhere())
        {
            _notice(text);
        }
        else
        {
            _lackOfWorkers = new ClusterEnd(code, $"no worker is left; the last one: {text}", CanGoOn: true);
            InterruptServer(TrainingRun.SignalTerminate, _lackOfWorkers);
        }
    }

    /// <summary>Whether workers that somebody else started take part.</summary>
    private bool HasWorkersElsewhere()
    {
        try
        {
            return ClusterProgress.Read(_plan.Run.LogPath).Members.Keys.Except(_fleet.Workers.Select(worker => worker.Name)).Any();
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>Asks the server to end; where it is dead just now, the cluster has ended.</summary>
    private void InterruptServer(string signal, ClusterEnd otherwise)
    {
        if (Server.IsAlive)
        {
            Server.Process!.WriteLine(InterruptMark + signal);
        }
        else
        {
            _end ??= otherwise;
        }
    }

    /// <summary>A server may be killed after its last word, when nothing is left to go on with.</summary>
    private int? CodeOfFinishedRun() =>
        RunSummary.Find(_plan.Run.SummaryPath)?.ExitCode is (ExitCodes.Done or ExitCodes.StoppedByMonitor) and var code ? code : null;
}
