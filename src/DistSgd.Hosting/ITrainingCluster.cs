using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Hosting;

/// <summary>Server, monitor and workers of one life of a training run, wherever they are.</summary>
public interface ITrainingCluster : IDisposable
{
    /// <summary>Number of completed steps.</summary>
    long Step { get; }

    /// <summary>Runs to the end on the calling thread.</summary>
    /// <returns>How the run ended.</returns>
    RunResult Run();

    /// <summary>Has the run end after the current step with a checkpoint; may be called from any thread.</summary>
    /// <param name="reason">Why, for the log.</param>
    void Interrupt(string reason);
}

/// <summary>What the actors of a run are wired with.</summary>
/// <param name="RunId">Name of the run.</param>
/// <param name="Task">What is trained.</param>
/// <param name="Config">The run's config.</param>
/// <param name="Options">What the server is told at its start.</param>
/// <param name="Rules">The monitor's rules.</param>
/// <param name="Clock">The time.</param>
/// <param name="Written">Receives every event in order, before the monitor sees it: the log.</param>
public sealed record ClusterSetup(
    string RunId,
    TrainingTask Task,
    RunConfig Config,
    ServerOptions Options,
    RuleSet Rules,
    TimeProvider Clock,
    Action<TrainingEvent> Written);

/// <summary>Wires the actors of a run.</summary>
/// <param name="setup">The run.</param>
/// <returns>The cluster, not yet running; disposed with the run.</returns>
public delegate ITrainingCluster ClusterFactory(ClusterSetup setup);
