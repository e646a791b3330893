using System.Globalization;
using DistSgd.Studies.Trials.Settings;
using DistSgd.Training.Config;

namespace DistSgd.Studies.Trials;

/// <summary>One training run of a study.</summary>
/// <param name="Group">Index of its group.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Seed">Its seed.</param>
public readonly record struct Trial(int Group, double LearningRate, long Seed)
{
    private const int WindowsPerEpoch = 10;

    /// <summary>The trial in one word, by which a log knows it.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Group}/{LearningRate:R}/{Seed}");

    /// <summary>The run's config, without anything that only a person would look at.</summary>
    /// <param name="file">The study.</param>
    /// <param name="examples">Number of training examples.</param>
    /// <returns>The config.</returns>
    public RunConfig Config(StudyFile file, int examples)
    {
        ArgumentNullException.ThrowIfNull(file);
        RunConfig run = file.Groups[Group].Run;
        int batch = Math.Min(run.Training.BatchSize ?? examples, examples);

        // Without a target to look out for, the ends of the epochs are enough.
        long? every = file.Config.Target is { } target ? Math.Max(1, (long)Math.Round((double)target.Every / batch)) : null;
        long window = every ?? Math.Max(1, examples / batch / WindowsPerEpoch);
        long stepsOfEpoch = (examples + batch - 1) / batch;
        long epochs = Math.Max(file.Config.Budget.Epochs, (file.Config.Budget.LeastSteps + stepsOfEpoch - 1) / stepsOfEpoch);

        // A window ends where it ends, so a budget that is no whole number of them has to be the length of the run. How many steps a growing batch
        // has is not known here; its trials end with the window in which the budget is used up.
        long steps = epochs * stepsOfEpoch;
        bool isCut = file.Config.Budget.Steps < steps && run.Training.BatchGrowth is null;
        return run with
        {
            Seed = Seed,
            Optimizer = run.Optimizer with { LearningRate = LearningRate },
            Training = run.Training with
            {
                Epochs = isCut ? null : (int)Math.Min(epochs, int.MaxValue),
                Steps = isCut ? file.Config.Budget.Steps : null,
                EvaluateEvery = every,
                CheckpointEvery = 0,
            },
            Cluster = file.Config.IsSimulated ? run.Cluster : run.Cluster with { Workers = 1 },
            Monitor = run.Monitor with { ActivationsEvery = 0, DiagnosePlateau = false },
            Log = run.Log with { StepEvery = (int)Math.Clamp(window, 1, 1_000) },
        };
    }
}
