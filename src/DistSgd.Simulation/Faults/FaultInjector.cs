using DistSgd.Simulation.Network;
using DistSgd.Simulation.Nodes;

namespace DistSgd.Simulation.Faults;

/// <summary>Has the timed faults of a scenario happen, ends them, and heals the core when the time of faults is over.</summary>
/// <param name="world">The world that they happen to.</param>
internal sealed class FaultInjector(SimulationWorld world)
{
    private static readonly TimeSpan SupervisorPeriod = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<(string, string), int> _blocked = [];
    private int _fullDisk;

    /// <summary>Enters everything into the agenda.</summary>
    public void Schedule()
    {
        world.Network.Faults = world.Scenario.Frames;
        foreach (TimedFault fault in world.Scenario.Faults)
        {
            world.Agenda.At(fault.At, () => Begin(fault));
        }

        world.Agenda.At(world.Scenario.HealAt, () =>
        {
            world.Network.Faults = FrameFaults.None;
            world.Tell("world", $"healed; {string.Join(", ", world.Scenario.Core)} must finish");
            Supervise();
        });
    }

    // A worker may end after its time of being away: one that was frozen says good-bye only once it is thawed.
    private void Supervise()
    {
        foreach (string worker in world.Scenario.Core)
        {
            world.StartWorker(worker);
        }

        world.Agenda.In(SupervisorPeriod, Supervise);
    }

    private void Begin(TimedFault fault)
    {
        if (fault.Workers.Count > 0 ? BeginAtWorkers(fault) : BeginAtServer(fault))
        {
            world.Hit(fault.Kind);
        }
    }

    private bool BeginAtServer(TimedFault fault)
    {
        world.Tell("fault", fault.Kind.ToString());
        ServerNode? server = world.Server;
        switch (fault.Kind)
        {
            case FaultKind.KillServer: return world.KillServer(isSilent: false, fault.Lasts);
            case FaultKind.InterruptServer: server?.Interrupt("SIGTERM"); return server is not null;
            case FaultKind.DamagedCheckpoint:
                return server is not null && world.DamageNewest() && world.KillServer(isSilent: false, fault.Lasts);
            case FaultKind.FreezeServer:
                server?.Process.Freeze();
                End(fault, () => server?.Process.Thaw());
                return server is not null;
            case FaultKind.DiskFull:
                _fullDisk++;
                world.Disk.IsFull = true;
                End(fault, () => world.Disk.IsFull = --_fullDisk > 0);
                return true;
            default:
                world.DiskSlowness = fault.Strength;
                End(fault, () => world.DiskSlowness = 1);
                return true;
        }
    }

    private bool BeginAtWorkers(TimedFault fault)
    {
        bool hasHit = false;
        foreach (string worker in fault.Workers)
        {
            world.Tell("fault", $"{fault.Kind} {worker}");
            hasHit |= BeginAt(worker, fault);
        }

        return hasHit;
    }

    private bool BeginAt(string name, TimedFault fault)
    {
        WorkerNode? worker = world.WorkerOf(name);
        switch (fault.Kind)
        {
            case FaultKind.KillWorker:
            case FaultKind.WorkerPowerLoss:
                worker?.Die(isSilent: fault.Kind == FaultKind.WorkerPowerLoss);
                End(fault, () => world.StartWorker(name), name);
                return worker is not null;
            case FaultKind.LeaveWorker:
                bool isConnected = worker?.IsConnected == true;
                worker?.Leave();
                End(fault, () => world.StartWorker(name), name);
                return isConnected;
            case FaultKind.FreezeWorker:
                worker?.Process.Freeze();
                End(fault, () => worker?.Process.Thaw(), name);
                return worker is not null;
            case FaultKind.SlowWorker:
                world.Slowness[name] = fault.Strength;
                End(fault, () => world.Slowness[name] = 1); // a run at the pace of the slowest ends too, but late
                return worker is not null;
            case FaultKind.SlowLink:
                Link[] slow = [world.Network.LinkOf(name, ServerNode.Machine), world.Network.LinkOf(ServerNode.Machine, name)];
                slow = fault.TowardsServer ? slow[..1] : slow;
                Array.ForEach(slow, link => link.Slowness = fault.Strength);
                End(fault, () => Array.ForEach(slow, link => link.Slowness = 1));
                return true;
            default:
                Block(name, fault);
                return true;
        }
    }

    private void Block(string name, TimedFault fault)
    {
        (string, string)[] ways = [(name, ServerNode.Machine), (ServerNode.Machine, name)];
        ways = fault.Kind == FaultKind.Partition ? ways : fault.TowardsServer ? ways[..1] : ways[1..];
        foreach ((string From, string To) way in ways)
        {
            _blocked[way] = _blocked.GetValueOrDefault(way) + 1;
            world.Network.LinkOf(way.From, way.To).Block();
            End(fault, () =>
            {
                if (--_blocked[way] == 0)
                {
                    world.Network.LinkOf(way.From, way.To).Unblock();
                }
            }, name);
        }
    }

    /// <summary>Has a fault end: at the latest when the core is healed, for others never if it lasts beyond that.</summary>
    private void End(TimedFault fault, Action mend, string? worker = null)
    {
        TimeSpan end = fault.At + fault.Lasts;
        if (end > world.Scenario.HealAt)
        {
            if (worker is not null && !world.Scenario.Core.Contains(worker))
            {
                return;
            }

            end = world.Scenario.HealAt;
        }

        world.Agenda.At(end, mend);
    }
}
