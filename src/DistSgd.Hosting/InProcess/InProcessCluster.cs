using DistSgd.Learning;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Hosting.InProcess;

/// <summary>Server, workers and monitor of a training run in one process.</summary>
public sealed class InProcessCluster : ITrainingCluster
{
    private readonly InProcessLoop _loop;
    private readonly ParameterServerActor _server;

    /// <summary>Wires the actors of a run.</summary>
    /// <param name="setup">The run.</param>
    public InProcessCluster(ClusterSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        TrainingTask task = setup.Task;
        _loop = new InProcessLoop(setup.Config.Cluster.Workers, self => new WorkerActor(self, task, PlantedFault.Of(self)), setup.Clock, trainingEvent =>
        {
            setup.Written(trainingEvent);
            _loop!.Post(ActorId.Monitor, trainingEvent);
        });
        _server = new ParameterServerActor(task, setup.Config, setup.Options);
        _loop.Add(ActorId.Server, _server);
        _loop.Add(ActorId.Monitor, new MonitorActor(setup.Rules));
    }

    /// <inheritdoc/>
    public long Step => _server.Step;

    /// <inheritdoc/>
    public RunResult Run()
    {
        _loop.Run();
        return _server.Result ?? throw new InvalidOperationException("The loop stopped before the server had a result.");
    }

    /// <inheritdoc/>
    public void Interrupt(string reason) => _loop.Post(ActorId.Server, new Interrupt(reason));

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();
}
