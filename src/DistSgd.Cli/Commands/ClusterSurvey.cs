using System.Globalization;
using DistSgd.Hosting.Supervision;
using DistSgd.Learning;
using DistSgd.Simulation.Scale;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary>Measures clusters of several sizes in turn, round after round, so that a slow moment of the machine meets them all.</summary>
internal sealed record ClusterSurvey
{
    private const long Endless = 1_000_000_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public required string ConfigPath { get; init; }

    public required IReadOnlyList<string> Overrides { get; init; }

    /// <summary>Sizes of the clusters, ascending.</summary>
    public required IReadOnlyList<int> Workers { get; init; }

    /// <summary>A batch size that is measured too; null for none.</summary>
    public required int? CheckBatch { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="batch">The batch size of the config.</param>
    /// <param name="notice">Told what is measured.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The least disturbed measurement of each cluster, at the batch size of the config and at the other one.</returns>
    public (CostMeasurement[] Fitted, CostMeasurement[] Left) Measure(int batch, Action<string> notice, CancellationToken stop)
    {
        int[] batches = CheckBatch is { } other && other != batch ? [batch, other] : [batch];
        (int Workers, int Batch)[] clusters = [.. Workers.SelectMany(workers => batches.Select(size => (workers, size)))];
        var all = clusters.ToDictionary(cluster => cluster, _ => new List<ClusterUsage>());
        for (int round = 1; round <= Rounds; round++)
        {
            foreach ((int Workers, int Batch) cluster in clusters)
            {
                ClusterUsage usage = MeasureOne(cluster.Workers, cluster.Batch, stop);
                all[cluster].Add(usage);
                notice(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}/{Rounds}: {cluster.Workers} workers, batch {cluster.Batch}: {1e6 * usage.StepSeconds:F0} µs a step"));
            }
        }

        CostMeasurement[] Of(int size) => [.. Workers.Select(workers => Least(workers, size, all[(workers, size)]))];
        return (Of(batch), batches.Length > 1 ? Of(batches[1]) : []);
    }

    // What disturbs a measurement makes its steps longer, never shorter; and the times of one measurement belong together.
    private static CostMeasurement Least(int workers, int batch, IReadOnlyList<ClusterUsage> usages)
    {
        ClusterUsage least = usages.MinBy(usage => usage.StepSeconds)!;
        return new CostMeasurement(
            workers,
            batch,
            least.Steps,
            least.StepSeconds,
            least.Server.UserSeconds,
            least.Server.SystemSeconds,
            least.Worker.UserSeconds,
            least.Worker.SystemSeconds);
    }

    private ClusterUsage MeasureOne(int workers, int batch, CancellationToken stop)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("distsgd-measure-");
        try
        {
            using var directory = ClusterDirectory.CreateAt(Path.Combine(folder.FullName, "run"));
            directory.PrepareToken();
            using var socket = new ClusterSocket(directory.Run);
            return new ClusterMeter(
                new ClusterPlan
                {
                    Run = directory.Run,
                    Launcher = new NodeCommandLines
                    {
                        Run = directory.Run,
                        ConfigPath = ConfigPath,
                        Overrides = [.. Overrides, .. Changes(workers, batch)],
                        Workers = workers,
                    },
                    Address = socket.Address,
                    Workers = workers,
                    Respawns = false,
                },
                TimeProvider.System)
            {
                WarmUp = WarmUp,
                Length = Length,
            }.Measure(stop);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // One shard a worker; no evaluation, no checkpoint and no end takes part in what is measured.
    private static string[] Changes(int workers, int batch) =>
    [
        .. new (string Key, long Value)[]
        {
            ("data.shards", workers), ("training.batch_size", batch), ("training.steps", Endless), ("training.evaluate_every", Endless), ("training.checkpoint_every", 0),
        }.Select(change => string.Create(CultureInfo.InvariantCulture, $"{change.Key}={change.Value}")),
        "training.epochs=null",
        "training.batch_growth=null",
        "training.early_stopping=null",
    ];
}
