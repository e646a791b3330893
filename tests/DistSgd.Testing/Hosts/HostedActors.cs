using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;

namespace DistSgd.Testing.Hosts;

/// <summary>Actors of a test, to be hosted in the place of a run's.</summary>
/// <param name="Config">The config of the run whose place they take.</param>
/// <param name="Task">Its task.</param>
/// <param name="Leader">Takes the place of the server.</param>
/// <param name="CreateWorker">Makes the worker of a name.</param>
/// <param name="Emitted">Receives the events that the leader emits.</param>
public sealed record ActorCast(
    RunConfig Config, TrainingTask Task, IActor Leader, Func<ActorId, IActor> CreateWorker, Action<TrainingEvent> Emitted);

/// <summary>Actors of a test on a host. Disposing ends what is left of them.</summary>
public interface IHostedActors : IDisposable
{
    /// <summary>Runs until the leader stops; returns once the workers have ended too.</summary>
    void Run();
}

/// <summary>A run whose workers come and go.</summary>
public interface IElasticCluster : ITrainingCluster
{
    /// <summary>Has a worker come.</summary>
    /// <param name="name">Its name.</param>
    void Join(string name);

    /// <summary>Has a worker say good-bye and go.</summary>
    /// <param name="name">Its name.</param>
    void Leave(string name);

    /// <summary>Cuts the connection of a worker, which tries to come back.</summary>
    /// <param name="name">Its name.</param>
    void Cut(string name);
}
