using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Random;
using DistSgd.Simulation.Nodes;
using DistSgd.Training.Config;

namespace DistSgd.Simulation.Faults;

/// <summary>Draws the scenario of a seed.</summary>
/// <param name="seed">The seed.</param>
internal sealed class ScenarioPlanner(ulong seed)
{
    private const int WorkersMax = 5;
    private const int TimedFaultsMax = 12;
    private const double RateChance = 0.45;
    private const double RateMax = 0.12;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(120);

    private static readonly FaultKind[] Kinds = [.. Enum.GetValues<FaultKind>().Where(kind => kind < FaultKind.Drop)];

    private static readonly ConsistencyMode[] Modes = [ConsistencyMode.Backup, ConsistencyMode.Ssp, ConsistencyMode.Async];

    private readonly RandomStream _random = new(seed, StreamPurpose.Simulation);

    /// <summary>Draws it.</summary>
    /// <returns>The scenario.</returns>
    public Scenario Draw()
    {
        int count = 1 + _random.NextInt(WorkersMax);
        string[] workers = [.. Enumerable.Range(0, count).Select(w => $"worker-{w}")];
        RunConfig config = DrawRun(count);
        TimeSpan compute = Milliseconds(0.5, 20);
        TimeSpan latency = Milliseconds(0.05, 5);
        TimeSpan expected = config.Training.Steps!.Value * (compute + (2 * latency));
        TimeSpan healAt = expected * Between(0.5, 4);
        var core = workers.Where((_, w) => w == 0 || Chance(0.6)).ToList();
        return new Scenario
        {
            Seed = seed,
            Config = config,
            Workers = workers,
            Core = core,
            ClockRates = workers.Prepend(ServerNode.Machine).ToDictionary(machine => machine, _ => Chance(0.3) ? Between(0.9, 1.1) : 1),
            ComputeTimes = workers.ToDictionary(worker => worker, _ => compute * Between(0.5, 2)),
            Starts = workers.ToDictionary(worker => worker, worker => DrawStart(core.Contains(worker), healAt)),
            SaveTime = Milliseconds(0.5, 30),
            Latency = latency,
            HeartbeatLimit = TimeSpan.FromSeconds(Between(0.2, 0.6)),
            Frames = new FrameFaults(DrawRate() / 20, DrawRate(), DrawRate(), DrawRate(), DrawRate() / 4, DrawRate()),
            Faults = [.. Enumerable.Range(0, _random.NextInt(TimedFaultsMax + 1)).Select(_ => DrawFault(workers, healAt)).OrderBy(fault => fault.At)],
            HealAt = healAt,
            Deadline = healAt + Grace + (20 * expected),
        };
    }

    private RunConfig DrawRun(int workers)
    {
        int shards = 1 + _random.NextInt(8);
        bool isLarge = Chance(0.2); // enough for several blocks of an evaluation
        int batch = 1 + _random.NextInt(24);
        OptimizerKind kind = Chance(0.3) ? OptimizerKind.Adam : OptimizerKind.Sgd;
        return new RunConfig
        {
            Name = "simulated",
            Seed = 1 + _random.NextInt(1000),
            Data = new DataConfig
            {
                Source = DataSource.Blobs,
                Shards = shards,
                Validation = isLarge ? 300 : 8,
                Examples = (isLarge ? 700 : 40) + _random.NextInt(60),
                TestExamples = 8,
                Classes = 2 + _random.NextInt(2),
                Features = 2 + _random.NextInt(3),
                Scaling = FeatureScaling.None,
            },
            Model = new ModelConfig { Hidden = [3 + _random.NextInt(6)], Activation = Activation.Tanh },
            Optimizer = new OptimizerConfig
            {
                Kind = kind,
                LearningRate = kind == OptimizerKind.Adam ? 0.01 : 0.1,
                Momentum = kind == OptimizerKind.Sgd && Chance(0.5) ? 0.9 : 0,
            },
            Clip = Chance(0.5) ? new ClipConfig { Norm = 0.5 } : null,
            Training = new TrainingConfig
            {
                BatchSize = batch,
                Epochs = null,
                Steps = 8 + _random.NextInt(60),
                EvaluateEvery = 1 + _random.NextInt(8),
                CheckpointEvery = _random.NextInt(10),
            },
            Cluster = new ClusterConfig
            {
                Workers = workers,
                JoinWait = Between(0.05, 2),
                Mode = Chance(0.7) || shards == 1 ? ConsistencyMode.Sync : Modes[_random.NextInt(Modes.Length)],
                Backup = 1 + _random.NextInt(Math.Max(1, shards - 1)),
                Staleness = _random.NextInt(4),
                Encoding = Chance(0.2) ? GradientEncoding.Bfloat16 : GradientEncoding.Float32,
            },
            Log = new LogConfig { StepEvery = 1 },
            Monitor = new MonitorConfig { ActivationsEvery = 40 }, // every few steps
        };
    }

    private TimedFault DrawFault(string[] workers, TimeSpan healAt)
    {
        FaultKind kind = Kinds[_random.NextInt(Kinds.Length)];
        TimeSpan lasts = TimeSpan.FromSeconds(Chance(0.5) ? Between(0.01, 0.15) : Between(0.15, 2));
        string[] met = kind switch
        {
            FaultKind.KillServer or FaultKind.FreezeServer or FaultKind.InterruptServer
                or FaultKind.DiskFull or FaultKind.SlowDisk or FaultKind.DamagedCheckpoint => [],
            FaultKind.Partition => [.. workers.Where(_ => Chance(0.5)).DefaultIfEmpty(workers[^1])],
            _ => [workers[_random.NextInt(workers.Length)]],
        };
        return new TimedFault(kind, healAt * _random.NextDouble(), lasts, met, Between(5, 50), Chance(0.5));
    }

    private TimeSpan? DrawStart(bool isOfCore, TimeSpan healAt) =>
        Chance(0.6) ? TimeSpan.Zero
        : isOfCore || Chance(0.5) ? healAt * _random.NextDouble()
        : null;

    private double DrawRate() => Chance(RateChance) ? RateMax * _random.NextDouble() : 0;

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    // Evenly over the orders of magnitude.
    private TimeSpan Milliseconds(double least, double most) =>
        TimeSpan.FromMilliseconds(least * Math.Pow(most / least, _random.NextDouble()));
}
