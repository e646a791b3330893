using System.Collections.Concurrent;
using System.Diagnostics;
using DistSgd.Hosting;
using DistSgd.Hosting.InProcess;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Monitoring.Rules;
using DistSgd.Simulation;
using DistSgd.Studies.Trials.Settings;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Studies.Trials;

/// <summary>Runs trials through the actors of every run: each in one thread, or in the simulator's virtual time. May be used by several threads.</summary>
/// <param name="file">The study.</param>
/// <param name="notice">Told what happens while data are fetched.</param>
public sealed class TrialRunner(StudyFile file, Action<string> notice)
{
    /// <summary>A validation loss above this many times log₂ of the number of classes counts as divergence: some fourteen times that of a guess.</summary>
    private const double HopelessFactor = 10;

    private const int SharpnessSteps = 40;

    private readonly ConcurrentDictionary<string, Lazy<Dataset>> _datasets = new();

    /// <summary>Makes sure that every group can run, before any trial does: data can be had, and batches are no larger than they are.</summary>
    /// <exception cref="InputException">One cannot; names the group.</exception>
    public void Check()
    {
        foreach (TrialGroup group in file.Groups)
        {
            try
            {
                TrainingTask task = TrainingTaskFactory.Create(group.Run, Data(group.Run));
                if (task.Data.Count(DataPart.Validation) == 0)
                {
                    throw new InputException("data.validation: found 0 examples; a study judges its trials on the validation part");
                }

                if (file.Config.Target?.Accuracy is { } accuracy && !task.Architecture.IsClassifier)
                {
                    throw new InputException($"target.accuracy: found {accuracy}; a run without classes has no accuracy. Expected target.loss, or null for no target");
                }
            }
            catch (InputException e)
            {
                throw new InputException($"{file.Path}: {(group.Label.Length > 0 ? group.Label : "the run")}: {e.Message}", e);
            }
        }
    }

    /// <summary>Digest of the data sets that have been loaded.</summary>
    public string DataDigest => string.Join(' ', _datasets.Values.Where(data => data.IsValueCreated).Select(data => data.Value.Sha256).Distinct().Order(StringComparer.Ordinal));

    /// <summary>Number of training examples of a group.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The number.</returns>
    public int TrainingExamples(TrialGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        int all = Data(group.Run).Train.Count;
        return all - group.Run.Data.ValidationCount(all);
    }

    /// <summary>Runs a trial on the calling thread.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="isEndPoint">Whether its end point is to be examined too, as the study asks.</param>
    /// <returns>What came of it.</returns>
    public TrialResult Run(Trial trial, bool isEndPoint)
    {
        RunConfig config = trial.Config(file, TrainingExamples(file.Groups[trial.Group]));
        TrainingTask task = TrainingTaskFactory.Create(config, Data(config));
        ITrainingCluster? cluster = null;
        bool stops = !isEndPoint || file.Config.Target?.Stops == true; // a search asks for nothing beyond the target
        var watch = new TrialWatch(file.Config.Target, stops, file.Config.Budget.Steps, Hopeless(task), reason => cluster!.Interrupt(reason));
        var options = new ServerOptions { Term = 1, Checkpoints = new NoStore(), ConfigDigest = "", ModelJson = "{}" };
        var setup = new ClusterSetup(trial.Key, task, config, options, new RuleSet(), TimeProvider.System, watch.See);
        long started = Stopwatch.GetTimestamp();
        cluster = file.Config.IsSimulated ? new SimulatedCluster(setup, file.Config.SlowestWorker) : new InProcessCluster(setup);
        using (cluster)
        {
            RunResult result = cluster.Run();
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            bool diverged = watch.HasDiverged || result.Outcome == Monitoring.Events.RunOutcomes.StoppedByMonitor;
            var found = new TrialResult
            {
                Key = trial.Key,
                Outcome = diverged ? TrialOutcome.Diverged : watch.TargetStep is not null ? TrialOutcome.Reached : TrialOutcome.Completed,
                Steps = result.Step,
                Examples = watch.Examples,
                TargetStep = watch.TargetStep,
                TargetExamples = watch.TargetExamples,
                TargetVirtualSeconds = file.Config.IsSimulated ? watch.TargetSeconds : null,
                ValidationLoss = Finite(watch.LastValidation?.Loss),
                ValidationAccuracy = watch.LastValidation?.Accuracy,
                BestValidationAccuracy = watch.BestAccuracy,
                NoiseTrace = Finite(watch.Trace),
                NoiseSquaredNorm = Finite(watch.SquaredNorm),
                NoiseMeanRatio = Finite(watch.MeanRatio),
                Curve = [.. watch.Curve.Where(point => double.IsFinite(point.ValidationLoss))],
                Staleness = watch.Staleness,
                Seconds = seconds,
            };
            return diverged || !isEndPoint ? found : Examined(found, task, result);
        }
    }

    private TrialResult Examined(TrialResult found, TrainingTask task, RunResult result)
    {
        SavedModel model = result.FinalModel!;
        var evaluator = new BlockEvaluator(task.Architecture, task.Data.Scaler);
        bool isClassifier = task.Architecture.IsClassifier;
        EvaluationResult? train = Evaluate(DataPart.Training), test = Evaluate(DataPart.Test);
        found = found with
        {
            TrainLoss = Finite(train?.Loss),
            TrainAccuracy = isClassifier ? train?.Accuracy : null,
            TestLoss = Finite(test?.Loss),
            TestAccuracy = isClassifier ? test?.Accuracy : null,
        };
        if (file.Config.SharpnessExamples == 0)
        {
            return found;
        }

        var top = new ExtremeEigenvalues(model.Layout, model.Parameters, new ExtremeSettings(1, 0, 1e-2, SharpnessSteps, task.Seed));
        var sharpness = new Sharpness(model.Parameters, new SharpnessSettings());
        int examples = Math.Min(file.Config.SharpnessExamples, task.Data.Count(DataPart.Training));
        CurvatureCluster.Run(task, workers: 1, examples, Requests());
        return found with { TopEigenvalue = Finite(top.Largest.FirstOrDefault()?.Value), Sharpness = Finite(sharpness.Keskar) };

        IEnumerable<CurvatureRequest> Requests()
        {
            foreach (CurvatureRequest request in top.Requests())
            {
                yield return request;
            }

            foreach (CurvatureRequest request in sharpness.Requests(top.Largest[0].Vector))
            {
                yield return request;
            }
        }

        EvaluationResult? Evaluate(DataPart part)
        {
            if (result.Evaluations.TryGetValue(part, out EvaluationResult known))
            {
                return known;
            }

            (Examples set, int[] indices) = task.Data.Part(part);
            return indices.Length == 0 ? null : evaluator.EvaluateAll(model.Parameters, set, indices);
        }
    }

    private Dataset Data(RunConfig config)
    {
        // Generated data follow the seed; all others are the same for every trial of their settings.
        bool isGenerated = config.Data.Source is DataSource.Spirals or DataSource.Blobs or DataSource.Teacher;
        string key = $"{(isGenerated ? config.Seed : 0)} {config.Loss} {config.Data with { Validation = null, Shards = 1 }}";
        return _datasets.GetOrAdd(key, _ => new Lazy<Dataset>(() => DatasetLoader.Load(config, notice))).Value;
    }

    private static double Hopeless(TrainingTask task) => task.Architecture.IsClassifier
        ? HopelessFactor * Math.Max(1, Math.Log2(task.Data.Dataset.Classes))
        : double.MaxValue;

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    /// <summary>A trial keeps nothing: whoever interrupts a study loses the trials that are under way, and no other.</summary>
    private sealed class NoStore : ICheckpointStore
    {
        public CheckpointReceipt Save(Checkpoint checkpoint) => new("", 0, "");
    }
}
