using DistSgd.Hosting;
using DistSgd.Hosting.InProcess;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Monitoring.Rules;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Studies.Noise;

/// <summary>A run of which some points are kept in memory.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Task">What it trains.</param>
/// <param name="Checkpoints">The points, by ascending step.</param>
/// <param name="AreWindows">Whether the noise sums of a point are of all steps before it with equal weight, so that differences are of the steps between.</param>
internal sealed record NoiseTrial(string Name, TrainingTask Task, IReadOnlyList<Checkpoint> Checkpoints, bool AreWindows)
{
    // Steps of a whole run weigh alike within a hundredth or so; a config takes no 1.
    private const double NoDecay = 1 - 1e-9;

    /// <summary>Trains a run through the actors, in this thread, and keeps points of it.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="config">The run.</param>
    /// <param name="dataset">Its data.</param>
    /// <param name="points">Number of points beside the start.</param>
    /// <returns>The run.</returns>
    public static NoiseTrial Train(string name, RunConfig config, Dataset dataset, int points)
    {
        long steps = TrainingTaskFactory.Create(config, dataset).TotalSteps;
        config = config with
        {
            Cluster = config.Cluster with { Workers = 1 },
            Training = config.Training with { CheckpointEvery = Math.Max(1, (steps + points - 1) / points), EarlyStopping = null },
            Monitor = config.Monitor with { NoiseDecay = NoDecay, ActivationsEvery = 0, DiagnosePlateau = false, Actions = new() },
        };
        TrainingTask task = TrainingTaskFactory.Create(config, dataset);
        var kept = new Kept();
        var options = new ServerOptions { Term = 1, Checkpoints = kept, ConfigDigest = "", ModelJson = "{}" };
        using var cluster = new InProcessCluster(new ClusterSetup(name, task, config, options, new RuleSet(), TimeProvider.System, static _ => { }));
        cluster.Run();
        return new NoiseTrial(name, task, kept.Checkpoints, AreWindows: true);
    }

    private sealed class Kept : ICheckpointStore
    {
        private readonly SortedDictionary<long, Checkpoint> _byStep = [];

        public IReadOnlyList<Checkpoint> Checkpoints => [.. _byStep.Values];

        public CheckpointReceipt Save(Checkpoint checkpoint)
        {
            // The queue hands over a snapshot with vectors of its own, which nobody writes to.
            _byStep[checkpoint.State.Step] = checkpoint;
            return new CheckpointReceipt("", 0, "");
        }
    }
}
