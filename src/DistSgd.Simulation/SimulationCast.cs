using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;
using DistSgd.Simulation.Faults;
using DistSgd.Simulation.Nodes;
using DistSgd.Training;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Server;

namespace DistSgd.Simulation;

/// <summary>The actors that play in a simulated world.</summary>
internal sealed record SimulationCast
{
    /// <summary>Makes the server of a term that goes on from a checkpoint, or begins.</summary>
    public required Func<int, Checkpoint?, IActor> CreateServer { get; init; }

    /// <summary>Makes the worker of a name.</summary>
    public required Func<ActorId, IActor> CreateWorker { get; init; }

    /// <summary>Makes the monitor.</summary>
    public required Func<IActor> CreateMonitor { get; init; }

    /// <summary>Receives every event of a server.</summary>
    public Action<TrainingEvent> Written { get; init; } = static _ => { };

    /// <summary>Whether a server that fails, or was interrupted, is started again; else its exception is thrown, and its end is the run's.</summary>
    public bool IsSupervised { get; init; } = true;

    /// <summary>The actors of a training run.</summary>
    /// <param name="scenario">The scenario, with the run.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="disk">Where checkpoints go.</param>
    /// <returns>The actors.</returns>
    public static SimulationCast Of(Scenario scenario, TrainingTask task, SimulatedDisk disk) => new()
    {
        CreateServer = (term, from) => new ParameterServerActor(task, scenario.Config, new ServerOptions
        {
            Term = term,
            Checkpoints = disk,
            ConfigDigest = "",
            ModelJson = "{}",
            ResumeFrom = from,
        }),
        CreateWorker = self => new WorkerActor(self, task),
        CreateMonitor = () => new MonitorActor(RuleSet.Create(MonitorRules.From(scenario.Config.Monitor.Rules))),
    };
}
