using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Simulation.Network;
using DistSgd.Simulation.World;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Wire;

namespace DistSgd.Simulation.Nodes;

/// <summary>One life of the server: its process, its actors, and the connections of its workers.</summary>
internal sealed class ServerNode : ITransport
{
    /// <summary>Name of the server's machine.</summary>
    public const string Machine = "server";

    private readonly SimulationWorld _world;
    private readonly SimulatedStage _stage;
    private readonly IActor _actor;
    private readonly Dictionary<string, Endpoint> _registered = [];
    private readonly Dictionary<string, Endpoint> _known = [];

    /// <summary>Wires the server.</summary>
    /// <param name="world">Its world.</param>
    /// <param name="term">The number of this life.</param>
    /// <param name="resumeFrom">Where it goes on; null for the beginning.</param>
    public ServerNode(SimulationWorld world, int term, Checkpoint? resumeFrom)
    {
        _world = world;
        Term = term;
        Process = new SimulatedProcess(world.Agenda, world.ClockOf(Machine));
        _stage = new SimulatedStage(Process, this, Emit, _ => world.Disk.IsFull ? TimeSpan.FromMilliseconds(1) : world.SaveTime()) { Surround = Deliver };
        _actor = world.Cast.CreateServer(term, resumeFrom);
        _stage.Add(ActorId.Server, _actor);
        _stage.Add(ActorId.Monitor, world.Cast.CreateMonitor());
    }

    /// <summary>The number of this life.</summary>
    public int Term { get; }

    /// <summary>Its process.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>How the run ended; null while it lasts.</summary>
    public RunResult? Result => _stage.HasEnded ? (_actor as ParameterServerActor)?.Result : null;

    /// <summary>Number of completed steps.</summary>
    public long Step => (_actor as ParameterServerActor)?.Step ?? 0;

    /// <summary>Starts the actors.</summary>
    public void Start() => Deliver(() =>
    {
        _stage.Open();
        _stage.Post(ActorId.Server, new Begin());
    });

    /// <summary>Asks the run to end with a checkpoint.</summary>
    /// <param name="reason">Why.</param>
    public void Interrupt(string reason) => Process.Do(() => Deliver(() => _stage.Post(ActorId.Server, new Interrupt(reason))));

    /// <summary>Takes a worker that dials in, unless one of its name is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="end">The server's end of its connection.</param>
    /// <returns>Whether it is taken in.</returns>
    public bool Accept(string name, Endpoint end)
    {
        if (_stage.HasEnded)
        {
            return false;
        }

        if (_registered.TryGetValue(name, out Endpoint? other) && other.IsOpen)
        {
            if (other.Silence < 2 * _world.Scenario.HeartbeatLimit)
            {
                return false;
            }

            other.Close("it has dialed anew");
        }

        _registered[name] = end;
        end.Received = message => Deliver(() => Receive(name, end, message));
        end.Closed = reason => Deliver(() => Lose(name, end, MembershipChanges.Lost, reason));
        end.Open(_world.Scenario.HeartbeatLimit);
        return true;
    }

    /// <summary>The server's end of a worker's connection that is open.</summary>
    /// <param name="worker">Name of the worker.</param>
    /// <returns>The end, or null if there is none.</returns>
    public Endpoint? OpenEnd(string worker) => Process.IsAlive && _registered.TryGetValue(worker, out Endpoint? end) && end.IsOpen ? end : null;

    /// <summary>Ends the process; its workers are told by their machines' network.</summary>
    /// <param name="isSilent">Whether the machine went too, so that nobody is told.</param>
    public void Die(bool isSilent)
    {
        Process.Kill();
        _stage.Close();
        foreach (Endpoint end in _registered.Values.Where(end => end.IsOpen))
        {
            end.Closed = static _ => { };
            if (!isSilent)
            {
                _world.Network.Reset(end, "process ended");
            }

            end.End("process ended");
        }
    }

    /// <inheritdoc/>
    void ITransport.Send(ActorId sender, ActorId receiver, object message)
    {
        if (_known.TryGetValue(receiver.Name, out Endpoint? end))
        {
            end.Send(message);
        }
    }

    private void Receive(string name, Endpoint end, object message)
    {
        switch (message)
        {
            case WorkerJoined:
                _known[name] = end;
                break;
            case Leave leave:
                Lose(name, end, MembershipChanges.Left, leave.Reason);
                end.Closed = static _ => { };
                end.Close("it has left");
                return;
        }

        _world.Received(message);
        _stage.Post(ActorId.Server, message);
    }

    private void Lose(string name, Endpoint end, string change, string reason)
    {
        if (_known.TryGetValue(name, out Endpoint? known) && known == end)
        {
            _known.Remove(name);
            _stage.Post(ActorId.Server, new WorkerLeft(new ActorId(name), change, reason));
        }
    }

    private void Emit(TrainingEvent trainingEvent)
    {
        _world.Logged(this, trainingEvent);
        _stage.Post(ActorId.Monitor, trainingEvent);
    }

    private void Deliver(Action delivery)
    {
        try
        {
            delivery();
        }
        catch (IOException e) when (_world.Cast.IsSupervised)
        {
            _world.ServerFailed(this, e.Message);
            return;
        }

        if (_stage.HasEnded)
        {
            _world.ServerEnded(this, Result);
        }
    }
}
