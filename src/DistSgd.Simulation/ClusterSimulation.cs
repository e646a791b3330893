using System.Globalization;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Simulation.Checks;
using DistSgd.Simulation.Faults;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Simulation;

/// <summary>
/// Runs the real actors of a small training run in virtual time, among the faults that a seed draws: a safety phase with faults, then a
/// liveness phase in which what is left must finish. One thread, no clock, no socket: the same seed gives the same history.
/// </summary>
/// <remarks>After TigerBeetle's simulator and FoundationDB's before it.</remarks>
public static class ClusterSimulation
{
    private const long HappeningsMax = 3_000_000;

    /// <summary>What a seed decides.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>The scenario.</returns>
    public static Scenario Plan(ulong seed) => new ScenarioPlanner(seed).Draw();

    /// <summary>Simulates a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="tell">Told the time line; null for none.</param>
    /// <param name="tellMessages">Whether the time line tells of every message.</param>
    /// <returns>What came of it.</returns>
    public static SimulationReport Run(Scenario scenario, Action<string>? tell = null, bool tellMessages = false)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        TrainingTask task = TrainingTaskFactory.Create(scenario.Config, DatasetLoader.Load(scenario.Config, static _ => { }));
        var reference = new ReferenceRun(task);
        var bounds = new BoundsCheck(task.Data.Shards, scenario.Workers.Count);
        ClusterConfig cluster = scenario.Config.Cluster;
        bool isSync = cluster.Mode == ConsistencyMode.Sync;
        Check[] checks =
        [
            new SliceCheck(reference, cluster, task.Data.Shards),
            new VersionCheck(),
            new TermCheck(),
            new StalenessCheck(cluster, task.Data.Shards),
            new StateCheck(),
            .. isSync ? (Check[])[new ParametersCheck(reference)] : [],
            new EvaluationCheck(reference, scenario.Config.Training.EvaluateEvery!.Value, isSync),
            new DurabilityCheck(),
            new MembershipCheck(task.Data.Shards),
            bounds,
        ];
        var world = new SimulationWorld(scenario, task, checks, (time, where, what) =>
            tell?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds,10:F6}  {where,-9} {what}")))
        {
            TellsMessages = tell is not null && tellMessages,
        };
        string? problem = Play(world);
        return new SimulationReport
        {
            Seed = scenario.Seed,
            Problem = problem,
            Steps = world.Server?.Step ?? 0,
            Time = world.Agenda.Now,
            Happenings = world.Agenda.Happened,
            Hits = world.Hits,
            MostUnderWay = bounds.MostUnderWay,
            ParametersSha256 = world.Result?.FinalModel is { } model ? ParametersHash.Compute(model.Layout, model.Parameters.Span) : null,
        };
    }

    private static string? Play(SimulationWorld world)
    {
        try
        {
            world.Start();
            while (!world.HasEnded)
            {
                if (!world.Advance())
                {
                    return "run ends: nothing is left to happen, and the run has not ended";
                }

                if (world.Agenda.Now > world.Scenario.Deadline || world.Agenda.Happened > HappeningsMax)
                {
                    return string.Create(CultureInfo.InvariantCulture,
                        $"run ends: after {world.Agenda.Now.TotalSeconds:F1} s it is at step {world.Server?.Step}; expected its end by then");
                }
            }

            return null;
        }
        catch (BrokenPromiseException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"actors throw nothing: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}";
        }
    }
}

/// <summary>What came of a simulated run.</summary>
public sealed record SimulationReport
{
    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The broken promise and what was found; null if all were kept.</summary>
    public required string? Problem { get; init; }

    /// <summary>Number of completed steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Virtual time of the run.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Number of things that happened.</summary>
    public required long Happenings { get; init; }

    /// <summary>How often each kind of fault has happened.</summary>
    public required IReadOnlyDictionary<FaultKind, int> Hits { get; init; }

    /// <summary>Most frames that were under way on one link.</summary>
    public required int MostUnderWay { get; init; }

    /// <summary>Digest of the final parameters; null if the run did not end.</summary>
    public required string? ParametersSha256 { get; init; }
}
