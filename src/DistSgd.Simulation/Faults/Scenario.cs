using DistSgd.Simulation.Nodes;
using DistSgd.Training.Config;

namespace DistSgd.Simulation.Faults;

/// <summary>Everything that a seed decides: a small training run, a cluster, and what goes wrong when.</summary>
public sealed record Scenario
{
    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The run.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>Names of the workers.</summary>
    public required IReadOnlyList<string> Workers { get; init; }

    /// <summary>The workers that are whole again after <see cref="HealAt"/>; what is wrong with the others then stays wrong.</summary>
    public required IReadOnlyList<string> Core { get; init; }

    /// <summary>Seconds that a machine's clock counts in a true second, by machine.</summary>
    public required IReadOnlyDictionary<string, double> ClockRates { get; init; }

    /// <summary>Time that a worker takes for a gradient or an evaluation, by worker; single ones take half to twice as long.</summary>
    public required IReadOnlyDictionary<string, TimeSpan> ComputeTimes { get; init; }

    /// <summary>When a worker starts for the first time, by worker; null for one that never comes.</summary>
    public required IReadOnlyDictionary<string, TimeSpan?> Starts { get; init; }

    /// <summary>Time that a checkpoint takes.</summary>
    public required TimeSpan SaveTime { get; init; }

    /// <summary>Shortest time from one machine to another.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>Silence after which a peer is lost.</summary>
    public required TimeSpan HeartbeatLimit { get; init; }

    /// <summary>How often frames meet with an accident, until <see cref="HealAt"/>.</summary>
    public required FrameFaults Frames { get; init; }

    /// <summary>The other faults, by their time.</summary>
    public required IReadOnlyList<TimedFault> Faults { get; init; }

    /// <summary>End of the safety phase: from here on nothing new goes wrong, and the core must finish.</summary>
    public required TimeSpan HealAt { get; init; }

    /// <summary>When the run must have ended.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>A cluster in which nothing goes wrong.</summary>
    /// <param name="config">The run, with its number of workers.</param>
    /// <param name="slowest">How many times as long as the others the last worker takes for everything.</param>
    /// <returns>The scenario.</returns>
    public static Scenario WithoutFaults(RunConfig config, double slowest = 1)
    {
        ArgumentNullException.ThrowIfNull(config);
        string[] workers = [.. Enumerable.Range(0, config.Cluster.Workers).Select(w => $"worker-{w}")];
        return new Scenario
        {
            Seed = (ulong)config.Seed,
            Config = config,
            Workers = workers,
            Core = workers,
            ClockRates = workers.Prepend(ServerNode.Machine).ToDictionary(machine => machine, _ => 1.0),
            ComputeTimes = workers.ToDictionary(worker => worker, worker => TimeSpan.FromMilliseconds(worker == workers[^1] ? slowest : 1)),
            Starts = workers.ToDictionary(worker => worker, _ => (TimeSpan?)TimeSpan.Zero),
            SaveTime = TimeSpan.FromMilliseconds(1),
            Latency = TimeSpan.FromMilliseconds(0.1),
            HeartbeatLimit = TimeSpan.FromSeconds(1),
            Frames = FrameFaults.None,
            Faults = [],
            HealAt = TimeSpan.Zero,
            Deadline = TimeSpan.MaxValue,
        };
    }

    /// <summary>The plan, a line for each thing.</summary>
    /// <returns>The lines.</returns>
    public IEnumerable<string> Describe()
    {
        yield return FormattableString.Invariant(
            $"run     {Config.Training.Steps} steps of {Config.Training.BatchSize} examples, {Config.Data.Shards} shards, {Config.Data.Features}-{Config.Model.Hidden}-{Config.Data.Classes}, {Config.Optimizer.Kind}, {Config.Cluster.Encoding}, evaluation every {Config.Training.EvaluateEvery}, checkpoint every {Config.Training.CheckpointEvery}");
        yield return FormattableString.Invariant(
            $"cluster {ModeText()}, {Workers.Count} workers ({string.Join(", ", ComputeTimes.Select(t => $"{t.Value.TotalMilliseconds:F1} ms"))}), core {string.Join(", ", Core)}; latency {Latency.TotalMilliseconds:F2} ms, heartbeat limit {HeartbeatLimit.TotalSeconds:F2} s, checkpoint {SaveTime.TotalMilliseconds:F0} ms");
        yield return $"starts  {string.Join(", ", Starts.Select(s => s.Value is { } at ? FormattableString.Invariant($"{s.Key} {at.TotalSeconds:F3} s") : $"{s.Key} never"))}";
        yield return $"clocks  {string.Join(", ", ClockRates.Select(r => FormattableString.Invariant($"{r.Key} {r.Value:F3}")))}";
        yield return $"frames  {Frames}";
        foreach (TimedFault fault in Faults)
        {
            yield return $"fault   {fault}";
        }

        yield return FormattableString.Invariant($"healed  at {HealAt.TotalSeconds:F3} s, to end by {Deadline.TotalSeconds:F0} s");
    }

    private string ModeText() => Config.Cluster.Mode switch
    {
        ConsistencyMode.Backup => $"backup {Config.Cluster.Backup}",
        ConsistencyMode.Ssp => $"ssp {Config.Cluster.Staleness}",
        ConsistencyMode mode => mode.ToString().ToLowerInvariant(),
    };
}
