using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Random;
using DistSgd.Simulation.Checks;
using DistSgd.Simulation.Faults;
using DistSgd.Simulation.Network;
using DistSgd.Simulation.Nodes;
using DistSgd.Simulation.World;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Server;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Simulation;

/// <summary>One simulated cluster: machines, network, disk, supervisor, and those who look on.</summary>
internal sealed class SimulationWorld
{
    private const double BytesPerSecond = 1e8;
    private static readonly TimeSpan RestartAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly RandomStream _random;
    private readonly Dictionary<string, DriftingClock> _clocks;
    private readonly Dictionary<string, WorkerNode> _workers = [];
    private readonly Dictionary<FaultKind, int> _hits = [];
    private readonly IReadOnlyList<Check> _checks;
    private readonly Action<TimeSpan, string, string> _tell;
    private int _term;

    /// <summary>Builds the world of a scenario; nothing runs yet.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="checks">Who looks on.</param>
    /// <param name="tell">Told what happens: when, where, what.</param>
    public SimulationWorld(Scenario scenario, TrainingTask task, IReadOnlyList<Check> checks, Action<TimeSpan, string, string> tell)
    {
        Scenario = scenario;
        Task = task;
        _checks = checks;
        _tell = tell;
        _random = new RandomStream(scenario.Seed, StreamPurpose.Simulation, 1);
        _clocks = scenario.ClockRates.ToDictionary(rate => rate.Key, rate => new DriftingClock(Agenda, rate.Value));
        var shape = new RunShape(task.Architecture.CreateLayout().Length, task.Data.Shards, task.Encoding);
        Network = new SimulatedNetwork(Agenda, _random, new Codec(shape), CreateLink, Hit)
        {
            Sending = Sent,
            FindOpenEnd = (from, to) => to == ServerNode.Machine ? Server?.OpenEnd(from) : WorkerOf(to)?.OpenEnd,
        };
        Disk = new SimulatedDisk
        {
            Written = checkpoint => Look(check => check.Written(checkpoint)),
            Failed = () => Tell("disk", "no space left"),
        };
        Cast = SimulationCast.Of(scenario, task, Disk);
    }

    /// <summary>The actors.</summary>
    public SimulationCast Cast { get; init; }

    /// <summary>What a seed has decided.</summary>
    public Scenario Scenario { get; }

    /// <summary>What is trained.</summary>
    public TrainingTask Task { get; }

    /// <summary>Virtual time.</summary>
    public Agenda Agenda { get; } = new();

    /// <summary>The network.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>The disk of the run.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>The server that lives; null while none does.</summary>
    public ServerNode? Server { get; private set; }

    /// <summary>Factor on the time that a worker takes.</summary>
    public Dictionary<string, double> Slowness { get; } = [];

    /// <summary>Factor on the time that a checkpoint takes.</summary>
    public double DiskSlowness { get; set; } = 1;

    /// <summary>Whether the time line tells of every message.</summary>
    public bool TellsMessages { get; init; }

    /// <summary>Whether the run has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>How the run ended; null while it lasts.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>How often each kind of fault has happened.</summary>
    public IReadOnlyDictionary<FaultKind, int> Hits => _hits;

    /// <summary>Starts everything.</summary>
    public void Start()
    {
        if (Scenario.ClockRates.Values.Any(rate => rate != 1))
        {
            Hit(FaultKind.ClockDrift);
        }

        StartServer();
        foreach ((string worker, TimeSpan? start) in Scenario.Starts)
        {
            if (start is { } at)
            {
                Agenda.At(at, () => StartWorker(worker));
            }
        }

        new FaultInjector(this).Schedule();
    }

    /// <summary>Has the next thing happen, and everybody look at it.</summary>
    /// <returns>False if nothing is left to happen.</returns>
    public bool Advance()
    {
        bool any = Agenda.Advance();
        Look(check => check.Tick(this));
        return any;
    }

    /// <summary>The clock of a machine.</summary>
    /// <param name="machine">Its name.</param>
    public DriftingClock ClockOf(string machine) => _clocks[machine];

    /// <summary>A worker that lives.</summary>
    /// <param name="name">Its name.</param>
    public WorkerNode? WorkerOf(string name) => _workers.TryGetValue(name, out WorkerNode? worker) && worker.Process.IsAlive ? worker : null;

    /// <summary>Draws how long a worker's next work takes.</summary>
    /// <param name="worker">Its name.</param>
    public TimeSpan ComputeTime(string worker) =>
        Scenario.ComputeTimes[worker] * Slowness.GetValueOrDefault(worker, 1) * (0.5 + (1.5 * _random.NextDouble()));

    /// <summary>Draws how long the next checkpoint takes.</summary>
    public TimeSpan SaveTime() => Scenario.SaveTime * DiskSlowness * (0.5 + (1.5 * _random.NextDouble()));

    /// <summary>Starts a worker, unless it lives.</summary>
    /// <param name="name">Its name.</param>
    public void StartWorker(string name)
    {
        if (WorkerOf(name) is null)
        {
            _workers[name] = new WorkerNode(this, name);
        }
    }

    /// <summary>Kills the server; its supervisor starts it again.</summary>
    /// <param name="isSilent">Whether its machine went too.</param>
    /// <param name="down">How long it is away.</param>
    /// <returns>False if none lives.</returns>
    public bool KillServer(bool isSilent, TimeSpan down)
    {
        if (Server is not { } server)
        {
            return false;
        }

        Tell(ServerNode.Machine, $"term {server.Term} dies after step {server.Step}");
        Server = null;
        server.Die(isSilent);
        Agenda.In(down, StartServer);
        return true;
    }

    /// <summary>Makes the newest checkpoint unreadable.</summary>
    /// <returns>False if there is none, or no other to go back to.</returns>
    public bool DamageNewest()
    {
        if (Disk.Damage() is not { } step)
        {
            return false;
        }

        Tell("disk", $"the checkpoint of step {step} is unreadable");
        return true;
    }

    /// <summary>A server could not write.</summary>
    /// <param name="server">The server.</param>
    /// <param name="reason">Why.</param>
    public void ServerFailed(ServerNode server, string reason)
    {
        if (Server == server)
        {
            Tell(ServerNode.Machine, $"term {server.Term} fails: {reason}");
            KillServer(isSilent: false, RestartAfterFailure);
        }
    }

    /// <summary>A server has come to its end.</summary>
    /// <param name="server">The server.</param>
    /// <param name="result">How, if it was the server of a training run.</param>
    public void ServerEnded(ServerNode server, RunResult? result)
    {
        if (Server != server || HasEnded)
        {
            return;
        }

        Tell(ServerNode.Machine, $"{result?.Outcome} after step {result?.Step}");
        if (Cast.IsSupervised && result?.Outcome == RunOutcomes.Interrupted)
        {
            KillServer(isSilent: false, RestartAfterFailure);
            return;
        }

        HasEnded = true;
        Result = result;
        if (result is not null)
        {
            Look(check => check.Ended(result));
        }
    }

    /// <summary>A worker's message has come to the server.</summary>
    /// <param name="message">The message.</param>
    public void Received(object message) => Look(check => check.Received(message));

    /// <summary>A server has written an event.</summary>
    /// <param name="server">The server.</param>
    /// <param name="trainingEvent">The event.</param>
    public void Logged(ServerNode server, TrainingEvent trainingEvent)
    {
        if (trainingEvent is Membership or Evaluation or CheckpointWritten or Alert)
        {
            Tell("log", EventText.Of(trainingEvent));
        }

        Cast.Written(trainingEvent);
        Look(check => check.Logged(server.Term, trainingEvent));
    }

    /// <summary>Takes note of a fault.</summary>
    /// <param name="kind">Its kind.</param>
    public void Hit(FaultKind kind) => _hits[kind] = _hits.GetValueOrDefault(kind) + 1;

    /// <summary>Tells the time line.</summary>
    /// <param name="where">Where.</param>
    /// <param name="what">What happened.</param>
    public void Tell(string where, string what) => _tell(Agenda.Now, where, what);

    private void StartServer()
    {
        if (Server is not null || HasEnded)
        {
            return;
        }

        Checkpoint? from = Disk.Newest;
        Server = new ServerNode(this, ++_term, from);
        Tell(ServerNode.Machine, $"term {_term} starts at step {from?.State.Step ?? 0}");
        Look(check => check.ServerStarted(_term, from));
        Server.Start();
    }

    private void Sent(string from, string to, object message)
    {
        if (TellsMessages && EventText.OfMessage(message) is { } text)
        {
            Tell(from, $"-> {to}: {text}");
        }

        Look(check => check.Sending(from, to, message));
    }

    private Link CreateLink(string from, string to) => new(Agenda)
    {
        Latency = Scenario.Latency * (1 + _random.NextDouble()),
        Bandwidth = BytesPerSecond,
    };

    private void Look(Action<Check> look)
    {
        foreach (Check check in _checks)
        {
            look(check);
        }
    }
}
