using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Random;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Training.Tests.Support;

/// <summary>
/// Hosts the actors of a run on the test's thread with a clock of its own. Messages between two actors keep their order;
/// which of the waiting ones comes next is drawn from a seed, so that every seed is another interleaving. Time passes when none waits.
/// </summary>
internal sealed class TestHost
{
    private readonly RandomStream _random;
    private readonly TrainingTask _task;
    private readonly Dictionary<ActorId, IActor> _actors = [];
    private readonly ParameterServerActor? _server;
    private readonly List<(ActorId From, ActorId To, object Message)> _waiting = [];
    private readonly PriorityQueue<(ActorId To, object Message), DateTimeOffset> _timers = new();
    private readonly HashSet<ActorId> _lost = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private bool _hasBegun;
    private bool _stopped;

    public TestHost(
        TrainingTask task,
        RunConfig config,
        ulong seed = 1,
        Checkpoint? resumeFrom = null,
        IReadOnlyList<TrainingEvent>? past = null,
        PlantedFault? fault = null)
        : this(task, config.Cluster.Workers, seed, fault)
    {
        _server = new ParameterServerActor(task, config, new ServerOptions
        {
            Term = resumeFrom is null ? 1 : resumeFrom.State.Term + 1,
            Checkpoints = Store,
            ConfigDigest = ConfigDigest.Compute(config),
            ModelJson = "{}",
            ResumeFrom = resumeFrom,
            Past = past ?? [],
        });
        _actors.Add(ActorId.Server, _server);
    }

    /// <summary>Workers under another leader than the server of a training run.</summary>
    public TestHost(TrainingTask task, IActor leader, int workers, ulong seed)
        : this(task, workers, seed) => _actors.Add(ActorId.Server, leader);

    private TestHost(TrainingTask task, int workers, ulong seed, PlantedFault? fault = null)
    {
        _task = task;
        _random = new RandomStream(seed, StreamPurpose.Test);
        for (int w = 0; w < workers; w++)
        {
            _actors.Add(ActorId.Worker(w), new WorkerActor(ActorId.Worker(w), task, fault?.Worker == "*" || fault?.Worker == $"worker-{w}" ? fault : null));
        }
    }

    public ParameterServerActor Server => _server.ShouldNotBeNull();

    public MemoryStore Store { get; } = new();

    public List<TrainingEvent> Events { get; } = [];

    /// <summary>Looks at a message before it is delivered; returns how often it is delivered.</summary>
    public Func<object, int> Deliveries { get; set; } = static _ => 1;

    /// <summary>Called after every event.</summary>
    public Action<TrainingEvent> OnEvent { get; set; } = static _ => { };

    public RunResult Run()
    {
        RunToEnd().ShouldBeTrue();
        return Server.Result.ShouldNotBeNull();
    }

    /// <summary>Delivers messages until an actor stops the run or none is left.</summary>
    /// <returns>True if an actor stopped it.</returns>
    public bool RunToEnd()
    {
        foreach (ActorId id in _hasBegun ? [] : _actors.Keys.ToList())
        {
            _waiting.Add((id, id, new Begin()));
        }

        _hasBegun = true;

        while ((_waiting.Count > 0 || _timers.Count > 0) && !_stopped)
        {
            BeforeDelivery();
            if (_waiting.Count > 0)
            {
                Deliver(TakeNext());
            }
            else if (_timers.TryDequeue(out (ActorId To, object Message) timer, out DateTimeOffset due))
            {
                _now = due > _now ? due : _now;
                Deliver((timer.To, timer.To, timer.Message));
            }
        }

        return _stopped;
    }

    /// <summary>Called before every delivery; may kill workers and have others join.</summary>
    public Action BeforeDelivery { get; set; } = static () => { };

    /// <summary>The workers that are alive.</summary>
    public ActorId[] Workers => [.. _actors.Keys.Where(id => id != ActorId.Server).OrderBy(id => id.Name)];

    /// <summary>A worker dies: what it was sent and what it sent is lost, and some time later the server learns of it.</summary>
    public void Kill(ActorId worker)
    {
        _actors.Remove(worker);
        _waiting.RemoveAll(message => (message.From == worker && message.Message is not WorkerLeft) || message.To == worker);

        // On the worker's own way to the server: it arrives before whatever a worker of the same name sends in its next life. Until
        // then the server sends to the dead one.
        _lost.Add(worker);
        _waiting.Add((worker, ActorId.Server, new WorkerLeft(worker, MembershipChanges.Lost, "killed by the test")));
    }

    /// <summary>A worker comes.</summary>
    public void Join(ActorId worker)
    {
        _actors.Add(worker, new WorkerActor(worker, _task));
        Post(worker, new Begin());
    }

    public void Post(ActorId to, object message) => _waiting.Add((to, to, message));

    private (ActorId From, ActorId To, object Message) TakeNext()
    {
        var heads = new List<int>();
        var channels = new HashSet<(ActorId, ActorId)>();
        for (int i = 0; i < _waiting.Count; i++)
        {
            if (channels.Add((_waiting[i].From, _waiting[i].To)))
            {
                heads.Add(i);
            }
        }

        int chosen = heads[_random.NextInt(heads.Count)];
        (ActorId, ActorId, object) next = _waiting[chosen];
        _waiting.RemoveAt(chosen);
        return next;
    }

    private void Send(ActorId sender, ActorId receiver, object message)
    {
        if (!_lost.Contains(receiver))
        {
            _waiting.Add((sender, receiver, message));
        }
    }

    private void Deliver((ActorId From, ActorId To, object Message) delivery)
    {
        if (delivery.Message is WorkerLeft left)
        {
            _lost.Remove(left.Worker);
        }

        for (int i = Deliveries(delivery.Message); i > 0; i--)
        {
            _now += TimeSpan.FromMilliseconds(1);
            if (_actors.TryGetValue(delivery.To, out IActor? actor)) // else it is dead, which the sender does not know yet
            {
                actor.Receive(delivery.Message, new Context(this, delivery.To));
            }
        }
    }

    private sealed class Context(TestHost host, ActorId self) : IActorContext
    {
        public ActorId Self => self;

        public DateTimeOffset Now => host._now;

        public void Send(ActorId receiver, object message) => host.Send(self, receiver, message);

        public void StartTimer(TimeSpan delay, object message) => host._timers.Enqueue((self, message), host._now + delay);

        public void Compute(IComputation work)
        {
            work.Run();
            host._waiting.Add((self, self, work));
        }

        public void Emit(TrainingEvent trainingEvent)
        {
            host.Events.Add(trainingEvent);
            host.OnEvent(trainingEvent);
        }

        public void Stop() => host._stopped = true;
    }
}

/// <summary>Keeps checkpoints in memory.</summary>
internal sealed class MemoryStore : ICheckpointStore
{
    public List<Checkpoint> Saved { get; } = [];

    public CheckpointReceipt Save(Checkpoint checkpoint)
    {
        Saved.Add(checkpoint);
        return new CheckpointReceipt(
            $"step-{checkpoint.State.Step}", 0, ParametersHash.Compute(checkpoint.Layout, checkpoint.Parameters.Span));
    }
}
