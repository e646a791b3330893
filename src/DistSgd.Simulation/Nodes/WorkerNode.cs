using DistSgd.Hosting.Mailbox;
using DistSgd.Simulation.Network;
using DistSgd.Simulation.World;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

namespace DistSgd.Simulation.Nodes;

/// <summary>One life of a worker: its process, which dials the server again and again, and an actor for each connection.</summary>
internal sealed class WorkerNode : ITransport
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(320);
    private static readonly TimeSpan DialLimit = TimeSpan.FromMilliseconds(500);

    private readonly SimulationWorld _world;
    private readonly ActorId _self;
    private SimulatedStage? _stage;
    private Endpoint? _end;
    private TimeSpan _pause = FirstPause;
    private int _dials;

    /// <summary>Starts the process.</summary>
    /// <param name="world">Its world.</param>
    /// <param name="name">Its name, which is its machine's too.</param>
    public WorkerNode(SimulationWorld world, string name)
    {
        _world = world;
        _self = new ActorId(name);
        Process = new SimulatedProcess(world.Agenda, world.ClockOf(name));
        Process.In(TimeSpan.Zero, Dial);
    }

    /// <summary>Its name.</summary>
    public string Name => _self.Name;

    /// <summary>Its process.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>Whether it works for a server.</summary>
    public bool IsConnected => OpenEnd is not null && _stage is not null;

    /// <summary>Its end of the connection, if that is open.</summary>
    public Endpoint? OpenEnd => Process.IsAlive && _end is { IsOpen: true } end ? end : null;

    /// <summary>Ends the process.</summary>
    /// <param name="isSilent">Whether the machine went too, so that the server is not told.</param>
    public void Die(bool isSilent)
    {
        Process.Kill();
        _stage?.Close();
        if (_end is { IsOpen: true } end)
        {
            end.Closed = static _ => { };
            if (!isSilent)
            {
                _world.Network.Reset(end, "process ended");
            }

            end.End("process ended");
        }
    }

    /// <summary>Says good-bye and ends.</summary>
    public void Leave() => Process.Do(() =>
    {
        OpenEnd?.Send(new Leave("SIGTERM"));
        Die(isSilent: true);
    });

    /// <inheritdoc/>
    void ITransport.Send(ActorId sender, ActorId receiver, object message) => _end?.Send(message);

    private void Dial()
    {
        int dial = ++_dials;
        var here = new Endpoint(Name, Process, _world.Network);
        _end = here;
        Process.In(DialLimit, () => GiveUp(dial));
        _world.Network.Whisper(Name, ServerNode.Machine, () =>
        {
            if (_world.Server is { Process: { IsAlive: true } process } server)
            {
                process.Do(() => Meet(server, here, dial));
            }
        });
    }

    // Runs at the server.
    private void Meet(ServerNode server, Endpoint here, int dial)
    {
        var there = new Endpoint(ServerNode.Machine, server.Process, _world.Network) { Peer = here };
        here.Peer = there;
        bool isTaken = server.Accept(Name, there);
        _world.Network.Whisper(ServerNode.Machine, Name, () => Process.Do(() =>
        {
            if (isTaken)
            {
                Work(here, dial);
            }
        }));
    }

    private void GiveUp(int dial)
    {
        if (dial == _dials && _stage is null)
        {
            DialAgain();
        }
    }

    private void Work(Endpoint here, int dial)
    {
        if (dial != _dials)
        {
            // It had given up waiting; the server counts on this connection until it is told.
            here.Open(_world.Scenario.HeartbeatLimit);
            here.Close("too late");
            return;
        }

        _pause = FirstPause;
        var stage = new SimulatedStage(Process, this, static _ => { }, _ => _world.ComputeTime(Name));
        stage.Add(_self, _world.Cast.CreateWorker(_self));
        _stage = stage;
        here.Received = message => stage.Post(_self, message);
        here.Closed = _ =>
        {
            stage.Close();
            _stage = null;
            DialAgain();
        };
        here.Open(_world.Scenario.HeartbeatLimit);
        stage.Open();
        stage.Post(_self, new Begin());
    }

    private void DialAgain()
    {
        _dials++; // what comes of the last attempt is too late
        Process.In(_pause, Dial);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }
}
