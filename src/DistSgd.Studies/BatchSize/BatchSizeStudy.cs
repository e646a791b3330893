using DistSgd.Learning;
using DistSgd.Studies.Output;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.BatchSize;

/// <summary><c>study batch-size CONFIG</c>: many training runs over a grid, most often of batch sizes and learning rates, summed up with error bars.</summary>
public static class BatchSizeStudy
{
    /// <summary>Runs what is missing and sums everything up.</summary>
    /// <param name="file">The study.</param>
    /// <param name="folder">Its folder, with the log of an earlier process if that was interrupted.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellation">Interrupts it; what has results is kept.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InputException">It cannot be carried out, or the folder holds another study's trials.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static StudyResult Run(StudyFile file, string folder, StudyRunOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var plan = new TrialPlan(file);
        var runner = new TrialRunner(file, options.Notice);
        runner.Check();
        var header = new TrialLogHeader(file.Config.Name, file.Digest, runner.DataDigest, Hosting.Machine.ProductVersion);
        using TrialLog log = TrialLog.Open(Path.Combine(folder, TrialLog.FileName), header);
        new TrialPool(plan, runner, log, options.Progress).Run(options.Threads, cancellation);
        return GridReport.Of(plan, runner.TrainingExamples, log.Results, options.Command);
    }
}

/// <summary>How a study runs; no number depends on it.</summary>
public sealed record StudyRunOptions
{
    /// <summary>Trials that run at the same time, each in one thread.</summary>
    public required int Threads { get; init; }

    /// <summary>The command that makes the study anew.</summary>
    public required string Command { get; init; }

    /// <summary>Told what happens while the user waits.</summary>
    public required Action<string> Notice { get; init; }

    /// <summary>Told how far it has come, after every trial.</summary>
    public required Action<PoolProgress> Progress { get; init; }
}
