using DistSgd.Hosting.InProcess;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Noise;
using DistSgd.Numerics.Memory;
using DistSgd.Studies.Statistics;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Studies.Noise;

/// <summary>
/// <c>study noise RUN|CONFIG</c>: the exact noise of the gradient at points of a run beside what the run estimated, the quality of a batch's gradient, and, of a
/// run that is trained for it, what a smaller batch and added noise of the same strength do.
/// </summary>
public static class NoiseStudy
{
    private const int BatchFactor = 4;
    private const int FewestDraws = 8;
    private const int FewestExamples = 2;

    /// <summary>Measures at the checkpoints of a run.</summary>
    /// <param name="directory">Name of the run.</param>
    /// <param name="task">What it trains.</param>
    /// <param name="checkpoints">Its checkpoints, at least one.</param>
    /// <param name="options">How closely.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InputException">The loss is not finite at a checkpoint.</exception>
    public static StudyResult OfRun(string directory, TrainingTask task, IReadOnlyList<Checkpoint> checkpoints, NoiseOptions options)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        RequireExamples(task.Data.Count(DataPart.Training), options);
        return Measure(directory, [new NoiseTrial(directory, task, checkpoints, AreWindows: false)], options);
    }

    /// <summary>Trains a run and its companions, and measures at points of them.</summary>
    /// <param name="config">The run.</param>
    /// <param name="dataset">Its data.</param>
    /// <param name="options">How closely.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InputException">Config and data do not fit together, or the loss is not finite at a point.</exception>
    public static StudyResult OfConfig(RunConfig config, Dataset dataset, NoiseOptions options)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        RequireSync(config);
        RequireExamples(TrainingTaskFactory.Create(config, dataset).Data.Count(DataPart.Training), options);
        options = options with { IsByLabel = config.Data.Sharding == ShardingKind.ByLabel };
        options.Stage("training", 1);
        NoiseTrial main = NoiseTrial.Train(config.Name, config, dataset, options.Points);
        var trials = new List<NoiseTrial> { main };
        if (options.SmallerBatch > 1 && main.Task.Batches.FirstBatch >= options.SmallerBatch)
        {
            int smaller = main.Task.Batches.FirstBatch / options.SmallerBatch;
            IReadOnlyList<double> sigmas = options.Noise ?? [Matching(main, smaller, options)];
            RunConfig[] companions =
            [
                config with { Name = $"batch {smaller}", Training = config.Training with { BatchSize = smaller, Epochs = null, Steps = main.Task.TotalSteps } },
                .. sigmas.Select(sigma => config with
                {
                    Name = FormattableString.Invariant($"noise {sigma:G3} added"),
                    Optimizer = config.Optimizer with { GradientNoise = sigma },
                }),
            ];
            trials.AddRange(InParallel("training companions", companions, companion => NoiseTrial.Train(companion.Name, companion, dataset, options.Points), options));
        }

        return Measure(config.Name, trials, options);
    }

    /// <summary>The σ whose variance over all parameters is what the smaller batch has more than the run's own, at the middle of the run.</summary>
    private static double Matching(NoiseTrial main, int smaller, NoiseOptions options)
    {
        options.Stage("noise to match", 1);
        NoisePoint middle = NoisePoint.Measure(main, main.Checkpoints.Count / 2, options, withCurvature: false);
        RequireFinite(middle);
        double more = middle.Exact.Trace * ((1.0 / smaller) - (1.0 / middle.BatchSize));
        return Math.Sqrt(more / middle.Parameters);
    }

    private static StudyResult Measure(string name, IReadOnlyList<NoiseTrial> trials, NoiseOptions options)
    {
        int count = trials[0].Task.Data.Count(DataPart.Training);
        (NoiseTrial Trial, int Index)[] wanted = [.. trials.SelectMany(trial => Enumerable.Range(0, trial.Checkpoints.Count).Select(i => (trial, i)))];
        NoisePoint[] points = InParallel("exact noise", wanted, want => NoisePoint.Measure(want.Trial, want.Index, options, want.Trial == trials[0]), options);
        Array.ForEach(points, RequireFinite);
        IReadOnlyList<Checkpoint> main = trials[0].Checkpoints;
        int[] chosen = [.. new[] { 0, main.Count / 2, main.Count - 1 }.Distinct()];
        Dictionary<int, AlignedVector> truths = chosen.Zip(InParallel("true gradients", chosen, index => Gradient(trials[0], index), options)).ToDictionary();
        (int Index, int Batch)[] qualities = [.. chosen.SelectMany(index => Batches(count).Select(batch => (index, batch)))];
        QualityPoint[] quality = InParallel("gradient quality", qualities, want => Quality(trials[0], want.Index, want.Batch, points[want.Index].Exact, truths[want.Index], options), options);
        NoiseScale? whole = trials[0].AreWindows ? main[^1].State.Noise?.Read() : null;
        return NoiseReport.Of(name, trials, points, quality, whole, options);
    }

    private static AlignedVector Gradient(NoiseTrial trial, int index)
    {
        int all = trial.Task.Data.Count(DataPart.Training);
        var truth = new ExactNoise(trial.Checkpoints[index].Layout, trial.Checkpoints[index].Parameters, all);
        CurvatureCluster.Run(trial.Task, workers: 1, all, truth.Requests());
        return truth.Gradient;
    }

    private static QualityPoint Quality(NoiseTrial trial, int index, int batch, GradientNoise exact, AlignedVector truth, NoiseOptions options)
    {
        AlignedVector parameters = trial.Checkpoints[index].Parameters;
        int all = trial.Task.Data.Count(DataPart.Training);
        var batches = new BatchGradient(trial.Task);
        int draws = Math.Clamp(all / batch, FewestDraws, options.Draws);
        GradientQuality[] found = [.. Enumerable.Range(0, draws).Select(draw => batches.Measure(parameters, truth, batch, draw))];
        Estimate cosine = Estimate.Of(found.Select(one => (double?)one.Cosine))!.Value;
        Estimate variance = Estimate.Of(found.Select(one => (double?)one.RelativeVariance))!.Value;
        return new QualityPoint(
            trial.Checkpoints[index].State.Step, batch, cosine.Mean, cosine.Error, variance.Mean, variance.Error, exact.RelativeVariance(batch, all));
    }

    private static IEnumerable<int> Batches(int examples)
    {
        for (long batch = 1; batch <= examples / 2; batch *= BatchFactor)
        {
            yield return (int)batch;
        }
    }

    private static TResult[] InParallel<T, TResult>(string stage, IReadOnlyList<T> items, Func<T, TResult> work, NoiseOptions options)
    {
        var results = new TResult[items.Count];
        object told = new();
        options.Stage(stage, items.Count);
        try
        {
            Parallel.For(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, i =>
            {
                results[i] = work(items[i]);
                lock (told)
                {
                    options.Stage(stage, items.Count);
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions is [InputException cause, ..])
        {
            throw new InputException(cause.Message, cause);
        }

        return results;
    }

    private static void RequireFinite(NoisePoint point)
    {
        if (!double.IsFinite(point.Loss) || !double.IsFinite(point.Exact.Trace))
        {
            throw new InputException(
                $"{point.Run}: loss {point.Loss} and tr Σ {point.Exact.Trace} at step {point.Step}; the noise of a gradient needs finite ones. Lower the "
                + $"learning rate.");
        }
    }

    /// <summary>Looks at the numbers before anything is trained.</summary>
    private static void RequireExamples(int count, NoiseOptions options)
    {
        if (count < FewestExamples)
        {
            throw new InputException($"The run has {count} training example; expected {FewestExamples} or more, whose gradients can differ.");
        }

        if (options.Examples > count)
        {
            throw new InputException($"--examples: found {options.Examples}; the run has {count} training examples; expected {FewestExamples} to {count}.");
        }
    }

    private static void RequireSync(RunConfig config)
    {
        if (config.Cluster.Mode is not (ConsistencyMode.Sync or ConsistencyMode.Backup))
        {
            throw InputException.OfKey("cluster.mode", "the noise of a step's gradient needs steps that sum their slices; expected sync or backup");
        }
    }
}
