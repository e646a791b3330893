using System.Collections.Concurrent;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Simulation.Faults;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Simulation;

/// <summary>Server, workers and monitor of one life of a training run in a simulated world without faults: the simulator as a host.</summary>
/// <remarks>The time of its events is virtual. It is held to what every host promises.</remarks>
public sealed class SimulatedCluster : ITrainingCluster
{
    private readonly SimulationWorld _world;
    private readonly ConcurrentQueue<string> _interrupts = new();

    /// <summary>Wires the actors of a run.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="slowest">How many times as long as the others the last worker takes for everything; a gradient of theirs takes about a millisecond.</param>
    public SimulatedCluster(ClusterSetup setup, double slowest = 1)
        : this(setup.Config, setup.Task, slowest, new SimulationCast
        {
            CreateServer = (_, _) => new ParameterServerActor(setup.Task, setup.Config, setup.Options),
            CreateWorker = self => new WorkerActor(self, setup.Task),
            CreateMonitor = () => new MonitorActor(setup.Rules),
            Written = setup.Written,
            IsSupervised = false,
        })
    {
    }

    /// <summary>Wires other actors in their place.</summary>
    /// <param name="config">The run whose place they take.</param>
    /// <param name="task">Its task.</param>
    /// <param name="cast">The actors.</param>
    internal SimulatedCluster(RunConfig config, TrainingTask task, SimulationCast cast)
        : this(config, task, slowest: 1, cast)
    {
    }

    private SimulatedCluster(RunConfig config, TrainingTask task, double slowest, SimulationCast cast) =>
        _world = new SimulationWorld(Scenario.WithoutFaults(config, slowest), task, [], static (_, _, _) => { }) { Cast = cast };

    /// <inheritdoc/>
    public long Step => _world.Server?.Step ?? 0;

    /// <inheritdoc/>
    public RunResult Run()
    {
        RunActors();
        return _world.Result ?? throw new InvalidOperationException("The world stopped before the server had a result.");
    }

    /// <inheritdoc/>
    public void Interrupt(string reason) => _interrupts.Enqueue(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing but memory.
    }

    /// <summary>Runs until an actor stops it.</summary>
    internal void RunActors()
    {
        _world.Start();
        while (!_world.HasEnded)
        {
            while (_interrupts.TryDequeue(out string? reason))
            {
                _world.Server?.Interrupt(reason);
            }

            _world.Advance();
        }
    }
}
