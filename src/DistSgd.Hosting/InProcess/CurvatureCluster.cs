using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Training.Actors;

namespace DistSgd.Hosting.InProcess;

/// <summary>Workers in one process that examine a trained network, data sharded over them like in a step.</summary>
public static class CurvatureCluster
{
    /// <summary>Runs a method to its end on the calling thread, with helpers as far as there are cores.</summary>
    /// <param name="task">The task of the run that is examined.</param>
    /// <param name="workers">Number of workers; it changes no bit of the answers.</param>
    /// <param name="examples">Training examples that take part, at least 1.</param>
    /// <param name="requests">The method.</param>
    public static void Run(TrainingTask task, int workers, int examples, IEnumerable<CurvatureRequest> requests)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        using var leader = new CurvatureActor(task, workers, examples, requests);
        using var loop = new InProcessLoop(workers, self => new WorkerActor(self, task), TimeProvider.System, static _ => { });
        loop.Add(ActorId.Server, leader);
        loop.Run();
    }
}
