using System.Text;
using System.Text.Json.Nodes;
using DistSgd.Hosting.InProcess;
using DistSgd.Hosting.Logging;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Models;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Rules;
using DistSgd.Numerics.Vectors;
using DistSgd.Training;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Hosting;

/// <summary>
/// One life of a run: the actors, the run directory with its log and checkpoints, and the summary at the end.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    /// <summary>Reason of an interruption by Ctrl-C.</summary>
    public const string SignalInterrupt = "SIGINT";

    /// <summary>Reason of an interruption by a request to terminate.</summary>
    public const string SignalTerminate = "SIGTERM";

    private readonly RunConfig _config;
    private readonly TrainingTask _task;
    private readonly RunDirectory _directory;
    private readonly TimeProvider _clock;
    private readonly Action<TrainingEvent> _view;
    private readonly RunLogWriter _log;
    private readonly RuleSet _rules;
    private readonly ITrainingCluster _cluster;
    private readonly Checkpoint? _resumeFrom;
    private readonly int _term;
    private readonly DateTimeOffset _started;
    private readonly DateTimeOffset _firstStarted;
    private readonly TrainingEvent _start;

    private TrainingRun(
        RunConfig config,
        TrainingTask task,
        RunDirectory directory,
        TimeProvider clock,
        Action<TrainingEvent> view,
        ClusterFactory? cluster,
        PastLife? past)
    {
        _config = config;
        _task = task;
        _directory = directory;
        _clock = clock;
        _view = view;
        _resumeFrom = past?.Checkpoint;
        _rules = RuleSet.Create(MonitorRules.From(config.Monitor.Rules));
        _started = clock.GetUtcNow();
        _firstStarted = _started;
        _term = 1;
        if (past is not null)
        {
            // The log is the truth: the rules take up their state from it, up to the step of the checkpoint.
            // The term counts lives that this one takes back too, so that nothing of theirs is mistaken for its own.
            TrainingState state = past.Checkpoint.State;
            _rules.Replay(past.Events.Where(e => !(e.Position > state.Step)));
            _term = 1 + Math.Max(state.Term, past.Events.OfType<RunResumed>().Select(e => e.Term).DefaultIfEmpty().Max());
            _firstStarted = past.Events.OfType<RunStarted>().First().Time;
        }

        _start = StartOfThisLife();
        _log = new RunLogWriter(directory.LogPath);
        var options = new ServerOptions
        {
            Term = _term,
            Checkpoints = new LogFirstCheckpointStore(
                new CheckpointStore(directory.CheckpointsPath, config.Training.KeepCheckpoints, static _ => { }), _log),
            ConfigDigest = ConfigDigest.Compute(config),
            ModelJson = ModelDescription.Of(task.Architecture, task.Data.Dataset).ToJson(),
            ResumeFrom = past?.Checkpoint,
            Past = config.Monitor.Decides ? [.. past?.Events.Where(e => !(e.Position > past.Checkpoint.State.Step)) ?? [], _start] : [],
        };
        var setup = new ClusterSetup(directory.Name, task, config, options, _rules, clock, Write);
        _cluster = cluster is null ? new InProcessCluster(setup) : cluster(setup);
    }

    /// <summary>Completed steps when this life of the run began: 0, or those of the checkpoint it goes on from.</summary>
    public long FirstStep => _resumeFrom?.State.Step ?? 0;

    /// <summary>Prepares a new run: its directory must be new.</summary>
    /// <param name="config">The config.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="directory">The run directory, locked by this process; disposed with the run.</param>
    /// <param name="clock">The time.</param>
    /// <param name="view">Shown every written event, on the run's thread.</param>
    /// <param name="cluster">Wires the actors; null for all in this process.</param>
    /// <returns>The run, to be executed.</returns>
    /// <exception cref="RunFailedException">The model does not fit into the memory.</exception>
    public static TrainingRun Create(
        RunConfig config,
        TrainingTask task,
        RunDirectory directory,
        TimeProvider clock,
        Action<TrainingEvent> view,
        ClusterFactory? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        AtomicFile.Write(directory.ConfigPath, stream => stream.Write(Encoding.UTF8.GetBytes(ConfigWriter.ToYaml(config))));
        return WithinMemory(task, () => new TrainingRun(config, task, directory, clock, view, cluster, null));
    }

    /// <summary>Prepares the continuation of a run from its newest checkpoint.</summary>
    /// <param name="config">The run's own config, with non-numeric keys changed if the user asked for it.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="directory">The run directory, locked by this process; disposed with the run.</param>
    /// <param name="clock">The time.</param>
    /// <param name="view">Shown every written event, on the run's thread.</param>
    /// <param name="warn">Told of checkpoints and of lines of the log that cannot be read.</param>
    /// <param name="cluster">Wires the actors; null for all in this process.</param>
    /// <returns>The run, to be executed.</returns>
    /// <exception cref="InputException">The run is finished, or checkpoint, config and data do not belong together.</exception>
    /// <exception cref="RunFailedException">The model does not fit into the memory.</exception>
    public static TrainingRun Resume(
        RunConfig config,
        TrainingTask task,
        RunDirectory directory,
        TimeProvider clock,
        Action<TrainingEvent> view,
        Action<string> warn,
        ClusterFactory? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(directory);
        return WithinMemory(task, () =>
            new TrainingRun(config, task, directory, clock, view, cluster, PastLife.Read(config, task, directory, warn)));
    }

    /// <summary>Trains to the end on the calling thread.</summary>
    /// <returns>The summary, which stands in the run directory too.</returns>
    /// <exception cref="RunFailedException">A file could not be written in the middle of the run.</exception>
    public RunSummary Execute()
    {
        WriteStart();
        try
        {
            RunResult result = WithinMemory(_task, _cluster.Run);
            ModelFile.Write(_directory.ModelPath, result.FinalModel!);
            return Finish(result);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string wayOut = CheckpointStore.Steps(_directory.CheckpointsPath).Count > 0
                ? $"Its checkpoints are intact; go on with: distsgd train --resume {_directory.FullPath}"
                : "It has no checkpoint yet; start it anew in another directory.";
            throw new RunFailedException(
                $"The run in {_directory.FullPath} failed after step {_cluster.Step}: {e.Message.TrimEnd('.')}. {wayOut}", e);
        }
    }

    /// <summary>Has the run end after the current step with a checkpoint; may be called from any thread.</summary>
    /// <param name="reason">Why: the name of the signal.</param>
    public void Interrupt(string reason) => _cluster.Interrupt(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cluster.Dispose();
        _log.Dispose();
        _directory.Dispose();
    }

    private static T WithinMemory<T>(TrainingTask task, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (OutOfMemoryException e)
        {
            throw new RunFailedException(
                $"Out of memory: a vector of the model's {task.Architecture.CreateLayout().ParameterCount} parameters is kept several times, "
                + "by the server, by its optimizer and by each worker. Make model.hidden smaller, or give the program more memory.",
                e);
        }
    }

    private void Write(TrainingEvent trainingEvent)
    {
        _log.Write(trainingEvent);
        _view(trainingEvent);
    }

    private void WriteStart()
    {
        // The results of an earlier life are those of the run no longer.
        File.Delete(_directory.SummaryPath);
        Write(_start);
        _rules.Observe(_start);
    }

    private TrainingEvent StartOfThisLife() =>
        _resumeFrom is null
            ? new RunStarted
            {
                Time = _started,
                Run = _config.Name,
                RunId = _directory.Name,
                Seed = _task.Seed,
                Term = _term,
                Config = ConfigWriter.ToJson(_config),
                ConfigDigest = ConfigDigest.Compute(_config),
                DataSha256 = _task.Data.Dataset.Sha256,
                Shards = _task.Data.Shards,
                Workers = _config.Cluster.Workers,
                Parameters = _task.Architecture.CreateLayout().ParameterCount,
                LayerWidths = [.. _task.Architecture.Widths],
                TrainingExamples = _task.Data.Count(DataPart.Training),
                ValidationExamples = _task.Data.Count(DataPart.Validation),
                TestExamples = _task.Data.Count(DataPart.Test),
                StepsTotal = _task.TotalSteps,
                StepsPerEpoch = _task.Batches.FirstStepsPerEpoch,
                BatchSize = _task.Batches.FirstBatch,
                EpochsTotal = _task.Batches.Grows ? _task.EpochsTotal : null,
                Processor = Machine.Processor,
                Cores = Environment.ProcessorCount,
                OperatingSystem = Machine.OperatingSystem,
                Runtime = Machine.Runtime,
                VectorBits = VectorPath.Bits,
                ProductVersion = Machine.ProductVersion,
            }
            : new RunResumed
            {
                Time = _started,
                Step = _resumeFrom.State.Step,
                Term = _term,
                Workers = _config.Cluster.Workers,
                VectorBits = VectorPath.Bits,
                Checkpoint = CheckpointStore.FileName(_resumeFrom.State.Step),
            };

    private RunSummary Finish(RunResult result)
    {
        EvaluationResult? Of(DataPart part) => result.Evaluations.TryGetValue(part, out EvaluationResult value) ? value : null;
        double? AccuracyOf(DataPart part) => _task.Architecture.IsClassifier ? Of(part)?.Accuracy : null;
        DateTimeOffset now = _clock.GetUtcNow();
        var finished = new RunFinished
        {
            Time = now,
            Step = result.Step,
            Epoch = result.Epoch,
            Outcome = result.Outcome,
            Seconds = result.Seconds,
            TrainLoss = Of(DataPart.Training)?.Loss,
            ValidationLoss = Of(DataPart.Validation)?.Loss,
            ValidationAccuracy = AccuracyOf(DataPart.Validation),
            TestLoss = Of(DataPart.Test)?.Loss,
            TestAccuracy = AccuracyOf(DataPart.Test),
            ParametersSha256 = result.FinalCheckpoint!.ParametersSha256,
            AlertsByRule = _rules.AlertsByRule,
            Reason = result.Reason,
        };
        Write(finished);
        _log.Flush();
        var summary = new RunSummary
        {
            Name = _config.Name,
            Outcome = result.Outcome,
            Reason = result.Reason,
            ExitCode = ExitCodes.Of(result.Outcome, result.Reason),
            Steps = result.Step,
            Epochs = _task.Batches.EpochsAfter(result.Step),
            Seconds = result.Seconds,
            SamplesPerSecond = result.Seconds > 0 ? result.Examples / result.Seconds : 0,
            TrainLoss = finished.TrainLoss,
            TrainAccuracy = AccuracyOf(DataPart.Training),
            ValidationLoss = finished.ValidationLoss,
            ValidationAccuracy = finished.ValidationAccuracy,
            TestLoss = finished.TestLoss,
            TestAccuracy = finished.TestAccuracy,
            Parameters = _task.Architecture.CreateLayout().ParameterCount,
            ParametersSha256 = result.FinalCheckpoint.ParametersSha256,
            Workers = _config.Cluster.Workers,
            Shards = _task.Data.Shards,
            VectorBits = VectorPath.Bits,
            Alerts = _rules.AlertsByRule,
            Started = _firstStarted,
            Finished = now,
        };
        summary.Write(_directory.SummaryPath);
        return summary;
    }
}
