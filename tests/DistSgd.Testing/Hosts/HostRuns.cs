using DistSgd.Hosting;
using DistSgd.Hosting.InProcess;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Testing.Hosts;

/// <summary>Runs that take milliseconds, and what they end with on any host.</summary>
public static class HostRuns
{
    /// <summary>Steps of a small run.</summary>
    public const int Steps = 25;

    /// <summary>A small net on generated data, with an event for each step.</summary>
    /// <param name="workers">Number of workers.</param>
    /// <param name="steps">Number of steps.</param>
    /// <returns>The config.</returns>
    public static RunConfig Config(int workers = 2, long steps = Steps) => new()
    {
        Name = "small",
        Seed = 7,
        Data = new DataConfig { Source = DataSource.Blobs, Shards = 4, Validation = 30, Examples = 200, TestExamples = 40, Features = 5, Noise = 0.5 },
        Model = new ModelConfig { Hidden = LayerWidths.Create([9, 6]) },
        Optimizer = new OptimizerConfig { LearningRate = 0.1, Momentum = 0.9 },
        Training = new TrainingConfig { BatchSize = 16, Epochs = null, Steps = steps, EarlyStopping = null, CheckpointEvery = 0 },

        // A machine that is busy with other things must not make a worker look lost.
        Cluster = new ClusterConfig { Workers = workers, HeartbeatLimit = 20 },
        Log = new LogConfig { StepEvery = 1 },
    };

    /// <summary>A config that differs from a small one in one respect.</summary>
    /// <param name="kind">In which.</param>
    /// <param name="c">The small one.</param>
    /// <returns>The config.</returns>
    public static RunConfig Variant(string kind, RunConfig c) => kind switch
    {
        "sgd" => c,
        "bfloat16" => c with { Cluster = c.Cluster with { Encoding = GradientEncoding.Bfloat16 } },
        "adam" => c with { Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adam, LearningRate = 0.01 } },
        "adamw" => c with { Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adamw, LearningRate = 0.01, WeightDecay = 0.01 } },
        "rmsprop" => c with { Optimizer = new OptimizerConfig { Kind = OptimizerKind.Rmsprop, LearningRate = 0.01 } },
        "clip_noise" => c with { Clip = new ClipConfig { Norm = 0.1 }, Optimizer = c.Optimizer with { GradientNoise = 0.01, Nesterov = true } },
        "growing" => c with { Training = c.Training with { BatchGrowth = new BatchGrowthConfig { Max = 100 } }, Schedule = new ScheduleConfig { Kind = ScheduleKind.Cosine } },
        "regression" => c with { Loss = LossKind.Mse, Model = new ModelConfig { Hidden = LayerWidths.Create([33]), Activation = Activation.Tanh } },
        "linear" => c with { Model = c.Model with { Hidden = LayerWidths.Create([]) }, Schedule = new ScheduleConfig { Kind = ScheduleKind.Cosine } },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown variant."),
    };

    /// <summary>The task of a config.</summary>
    /// <param name="config">The config.</param>
    /// <returns>The task, with data of its own.</returns>
    public static TrainingTask Task(RunConfig config) => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, static _ => { }));

    /// <summary>The digest that every host has to end with.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The <c>parameters_sha256</c> of the reference trainer.</returns>
    public static string ReferenceHash(TrainingTask task) =>
        ParametersHash.Compute(task.Architecture.CreateLayout(), ReferenceTrainer.Train(task).Span);

    /// <summary>What a host is told of a run.</summary>
    /// <param name="config">The config.</param>
    /// <param name="written">Receives the events.</param>
    /// <param name="task">The task; null for the config's own.</param>
    /// <param name="store">Where checkpoints go; null for the memory.</param>
    /// <param name="resumeFrom">The checkpoint to go on from.</param>
    /// <param name="runId">Name of the run.</param>
    /// <returns>The setup.</returns>
    public static ClusterSetup Setup(
        RunConfig config,
        Action<TrainingEvent> written,
        TrainingTask? task = null,
        ICheckpointStore? store = null,
        Checkpoint? resumeFrom = null,
        string runId = "small-run")
    {
        task ??= Task(config);
        var options = new ServerOptions
        {
            Term = resumeFrom is null ? 1 : resumeFrom.State.Term + 1,
            Checkpoints = store ?? new MemoryCheckpoints(),
            ConfigDigest = ConfigDigest.Compute(config),
            ModelJson = ModelDescription.Of(task.Architecture, task.Data.Dataset).ToJson(),
            ResumeFrom = resumeFrom,
        };
        RuleSet rules = RuleSet.Create(MonitorRules.From(config.Monitor.Rules));
        return new ClusterSetup(runId, task, config, options, rules, TimeProvider.System, written);
    }

    /// <summary>A run in one process with one worker.</summary>
    /// <param name="config">Its config.</param>
    /// <param name="task">Its task; null for the config's own.</param>
    /// <returns>How it ended and its events.</returns>
    public static (RunResult Result, List<TrainingEvent> Events) RunPlainly(RunConfig config, TrainingTask? task = null)
    {
        var events = new List<TrainingEvent>();
        RunConfig alone = config with { Cluster = config.Cluster with { Workers = 1 } };
        using var cluster = new InProcessCluster(Setup(alone, events.Add, task));
        return (cluster.Run(), events);
    }

    /// <summary>The evaluations among some events, as they are compared: without their time.</summary>
    /// <param name="events">The events.</param>
    /// <returns>A line of JSON for each.</returns>
    public static string[] Evaluations(IEnumerable<TrainingEvent> events) =>
        [.. events.OfType<Evaluation>().Select(e => EventJson.Write(e with { Time = default }))];
}
