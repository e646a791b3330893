using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Hosting.InProcess;

/// <summary>Server, workers and monitor of a training run in one process.</summary>
public sealed class InProcessCluster : IDisposable
{
    private readonly InProcessLoop _loop;
    private readonly ParameterServerActor _server;

    /// <summary>Wires the actors of a run.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="config">The run's config.</param>
    /// <param name="options">What the server is told at its start.</param>
    /// <param name="rules">The monitor's rules.</param>
    /// <param name="clock">The time.</param>
    /// <param name="written">Receives every event in order, before the monitor sees it: the log.</param>
    public InProcessCluster(
        TrainingTask task, RunConfig config, ServerOptions options, RuleSet rules, TimeProvider clock, Action<TrainingEvent> written)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(written);
        _loop = new InProcessLoop(task, config.Cluster.Workers, curvatureExamples: null, clock, trainingEvent =>
        {
            written(trainingEvent);
            _loop!.Post(ActorId.Monitor, trainingEvent);
        });
        _server = new ParameterServerActor(task, config, options);
        _loop.Add(ActorId.Server, _server);
        _loop.Add(ActorId.Monitor, new MonitorActor(rules));
    }

    /// <summary>Number of completed steps.</summary>
    public long Step => _server.Step;

    /// <summary>Runs to the end on the calling thread.</summary>
    /// <returns>How the run ended.</returns>
    public RunResult Run()
    {
        _loop.Run();
        return _server.Result ?? throw new InvalidOperationException("The loop stopped before the server had a result.");
    }

    /// <summary>Has the run end after the current step with a checkpoint; may be called from any thread.</summary>
    /// <param name="reason">Why, for the log.</param>
    public void Interrupt(string reason) => _loop.Post(ActorId.Server, new Interrupt(reason));

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();
}
