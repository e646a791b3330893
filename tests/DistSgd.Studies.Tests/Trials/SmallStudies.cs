using DistSgd.Studies.BatchSize;
using DistSgd.Studies.Output;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.Tests.Trials;

/// <summary>Studies whose trials take milliseconds, in a folder of their own.</summary>
internal sealed class SmallStudies : IDisposable
{
    /// <summary>A run of a small network on blobs.</summary>
    public const string Run = """
        name: blobs
        seed: 1
        data: { source: blobs, classes: 3, features: 4, examples: 700, test_examples: 200, validation: 100, noise: 0.5, shards: 4 }
        model: { hidden: [8] }
        optimizer: { learning_rate: 0.1 }
        training: { batch_size: 20, epochs: 2 }
        cluster: { workers: 1 }
        """;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("distsgd-study-").FullName;

    /// <summary>Writes a study beside its run.</summary>
    public string Write(string study, string run = Run)
    {
        File.WriteAllText(Path.Combine(Directory, "run.yaml"), run);
        string path = Path.Combine(Directory, "study.yaml");
        File.WriteAllText(path, study);
        return path;
    }

    public StudyFile Load(string study, string run = Run) => StudyFile.Load(Write(study, run));

    /// <summary>Runs a study in a folder of its own.</summary>
    public StudyResult Carry(StudyFile file, string folder = "a", int threads = 1, Action<PoolProgress>? progress = null, CancellationToken cancellation = default)
    {
        string path = System.IO.Directory.CreateDirectory(Path.Combine(Directory, folder)).FullName;
        var options = new StudyRunOptions { Threads = threads, Command = "command", Notice = static _ => { }, Progress = progress ?? (static _ => { }) };
        return BatchSizeStudy.Run(file, path, options, cancellation);
    }

    /// <summary>What study.json holds, times aside.</summary>
    public static string Numbers(StudyResult result) =>
        StudyJson.Write(result with { Tables = [.. result.Tables.Where(table => table.Name != GridTables.TimesName)], Claims = [] });

    /// <summary>A made-up result.</summary>
    public static TrialResult Result(Trial trial, long? targetStep = null, double? loss = 1, TrialOutcome? outcome = null) => new()
    {
        Key = trial.Key,
        Outcome = outcome ?? (targetStep is null ? TrialOutcome.Completed : TrialOutcome.Reached),
        Steps = targetStep ?? 100,
        Examples = 10 * (targetStep ?? 100),
        TargetStep = targetStep,
        TargetExamples = 10 * targetStep,
        ValidationLoss = loss,
        Seconds = 1,
    };

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
