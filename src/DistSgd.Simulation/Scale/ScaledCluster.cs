using DistSgd.Hosting;
using DistSgd.Hosting.Mailbox;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Simulation.Nodes;
using DistSgd.Simulation.World;
using DistSgd.Training;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Simulation.Scale;

/// <summary>
/// The real actors of a run with many workers in virtual time, where computing, copying, waking up and travelling take the time that a cost model
/// says. They train a tiny network, so that a thousand of them fit into one process; what they do costs as much as the network that was measured.
/// </summary>
internal sealed class ScaledCluster : ITransport
{
    private const int WarmUpSteps = 2; // until what one step leaves behind is what the step before left
    private const int MeasuredSteps = 3;

    private readonly Agenda _agenda = new();
    private readonly StepCosts _costs;
    private readonly SimulatedMachine _machine;
    private readonly SimulatedThread _thread;
    private readonly SimulatedStage _stage;
    private readonly Dictionary<string, ScaledWorker> _workers;
    private readonly List<TimeSpan> _starts = [];
    private readonly List<long> _messagesAtStart = [];
    private long _openStep = -1;
    private long _messages;

    /// <summary>Wires the actors.</summary>
    /// <param name="costs">What a step costs.</param>
    public ScaledCluster(StepCosts costs)
    {
        _costs = costs;
        RunConfig config = TinyRun(costs.Workers);
        TrainingTask task = TrainingTaskFactory.Create(config, DatasetLoader.Load(config, static _ => { }));
        _machine = new SimulatedMachine(_agenda, costs.Cores, costs.Network);
        _thread = new SimulatedThread(_machine.Cores);
        _stage = new SimulatedStage(Process(), this, static _ => { }, static _ => TimeSpan.Zero);
        _stage.Add(ActorId.Server, new ParameterServerActor(
            task, config, new ServerOptions { Term = 1, Checkpoints = new SimulatedDisk(), ConfigDigest = "", ModelJson = "{}" }));
        _workers = Enumerable.Range(0, costs.Workers).ToDictionary(
            w => ActorId.Worker(w).Name,
            w => new ScaledWorker(ActorId.Worker(w), task, costs.Compute(w), this));
    }

    /// <summary>Runs until a few steps have been measured.</summary>
    /// <returns>What a step takes.</returns>
    public ScaledStep Run()
    {
        _stage.Open();
        _stage.Post(ActorId.Server, new Begin());
        foreach (ScaledWorker worker in _workers.Values)
        {
            worker.Stage.Open();
            worker.Stage.Post(worker.Self, new Begin());
        }

        int most = 0;
        while (_starts.Count <= WarmUpSteps + MeasuredSteps && _agenda.Advance())
        {
            most = Math.Max(most, _agenda.Count);
        }

        return new ScaledStep
        {
            Seconds = (_starts[^1] - _starts[WarmUpSteps]).TotalSeconds / MeasuredSteps,
            Messages = (double)(_messagesAtStart[^1] - _messagesAtStart[WarmUpSteps]) / MeasuredSteps,
            MostAtServer = _machine.Cores.Most + _thread.Most,
            MostAtWorker = _workers.Values.Max(worker => worker.Most),
            MostOnAgenda = most,
        };
    }

    /// <inheritdoc/>
    void ITransport.Send(ActorId sender, ActorId receiver, object message)
    {
        ScaledWorker worker = _workers[receiver.Name];
        _messages++;
        if (message is not StepStarted step)
        {
            _thread.Do(0, () => Carry(isBulk: false));
            return;
        }

        if (step.Step != _openStep)
        {
            _openStep = step.Step;
            _starts.Add(_agenda.Now);
            _messagesAtStart.Add(_messages - 1);
            _thread.Do(_costs.Complete, static () => { });
        }

        _thread.Do(_costs.ServerSend, () => Carry(isBulk: true));

        void Carry(bool isBulk) => _machine.Send(
            worker.Machine, isBulk ? _costs.ServerBytes : 0, isBulk ? _costs.WorkerBytes : 0, () => worker.Take(message, isBulk));
    }

    private static RunConfig TinyRun(int workers) => new()
    {
        Name = "scaled",
        Seed = 1,
        Data = new DataConfig
        {
            Source = DataSource.Blobs,
            Shards = workers,
            Validation = 0,
            Examples = Math.Max(8, workers),
            TestExamples = 2,
            Classes = 2,
            Features = 2,
            Scaling = FeatureScaling.None,
        },
        Model = new ModelConfig { Hidden = [2], Activation = Activation.Tanh },
        Training = new TrainingConfig { BatchSize = workers, Epochs = null, Steps = 1000, EvaluateEvery = 1000, CheckpointEvery = 0 },
        Cluster = new ClusterConfig { Workers = workers },
        Log = new LogConfig { StepEvery = 1000 },
        Monitor = new MonitorConfig { ActivationsEvery = 0 },
    };

    private SimulatedProcess Process() => new(_agenda, new DriftingClock(_agenda, 1));

    /// <summary>A worker: one thread that receives, computes and sends.</summary>
    private sealed class ScaledWorker : ITransport
    {
        private readonly ScaledCluster _cluster;
        private readonly SimulatedThread _thread;

        public ScaledWorker(ActorId self, TrainingTask task, double computeSeconds, ScaledCluster cluster)
        {
            Self = self;
            _cluster = cluster;
            Machine = cluster._costs.Network is null ? cluster._machine : new SimulatedMachine(cluster._agenda, cluster._costs.Cores, cluster._costs.Network);
            _thread = new SimulatedThread(Machine.Cores);
            Stage = new SimulatedStage(cluster.Process(), this, static _ => { }, (_, done) => _thread.Do(computeSeconds, done));
            Stage.Add(self, new WorkerActor(self, task));
        }

        public ActorId Self { get; }

        public SimulatedMachine Machine { get; }

        public SimulatedStage Stage { get; }

        /// <summary>Most frames and computations that waited for it.</summary>
        public int Most => _thread.Most;

        /// <summary>A frame has arrived.</summary>
        public void Take(object message, bool isBulk)
        {
            StepCosts costs = _cluster._costs;
            _cluster._agenda.In(
                TimeSpan.FromSeconds(isBulk ? costs.WakeUp : 0),
                () => _thread.Do(isBulk ? costs.WorkerReceive : 0, () => Stage.Post(Self, message)));
        }

        /// <inheritdoc/>
        void ITransport.Send(ActorId sender, ActorId receiver, object message)
        {
            StepCosts costs = _cluster._costs;
            bool isBulk = message is GradientComputed;
            _cluster._messages++;
            _thread.Do(isBulk ? costs.WorkerSend : 0, () => Machine.Send(
                _cluster._machine,
                isBulk ? costs.WorkerBytes : 0,
                isBulk ? costs.ServerBytes : 0,
                () => _cluster.Receive(message, isBulk)));
        }
    }

    // A thread of the connection takes the frame in, and whoever is last goes on to the next step.
    private void Receive(object message, bool isBulk) => _agenda.In(
        TimeSpan.FromSeconds(isBulk ? _costs.WakeUp : 0),
        () => _machine.Cores.Run(isBulk ? _costs.ServerReceive : 0, () => _stage.Post(ActorId.Server, message)));
}

/// <summary>A step of a simulated cluster.</summary>
public sealed record ScaledStep
{
    /// <summary>Time of the step in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Messages between the server and its workers, both ways.</summary>
    public required double Messages { get; init; }

    /// <summary>Most gradients and sendings that waited for the server's cores at the same time.</summary>
    public required int MostAtServer { get; init; }

    /// <summary>Most messages that waited for one worker at the same time.</summary>
    public required int MostAtWorker { get; init; }

    /// <summary>Most things that were under way in the whole cluster at the same time.</summary>
    public required int MostOnAgenda { get; init; }
}
