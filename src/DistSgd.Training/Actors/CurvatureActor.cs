using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Server.Probes;

namespace DistSgd.Training.Actors;

/// <summary>
/// Leads an examination of a trained network: deals the shards like a training run's server, has each request of a method answered by all
/// workers, and resumes the method with the answer until it ends.
/// </summary>
public sealed class CurvatureActor : IActor, IDisposable
{
    /// <summary>An examination has one life only.</summary>
    private const int Term = 1;

    private readonly Roster _roster;
    private readonly ProbeRound _round;
    private readonly int _workers;
    private readonly int _examples;
    private readonly IEnumerable<CurvatureRequest> _requests;

    /// <summary>Creates the leader.</summary>
    /// <param name="task">The task of the run that is examined.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="examples">Training examples that take part.</param>
    /// <param name="requests">The method: what it hands out is answered before it is resumed.</param>
    public CurvatureActor(TrainingTask task, int workers, int examples, IEnumerable<CurvatureRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(requests);
        _roster = new Roster(task.Data.Shards, Term);
        _round = new ProbeRound(Term, _roster);
        _workers = workers;
        _examples = examples;
        _requests = requests;
    }

    /// <inheritdoc/>
    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case WorkerJoined joined: Join(joined, context); break;
            case CurvatureMeasured measured when _round.Take(measured, context): context.Stop(); break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _round.Abandon();

    private void Join(WorkerJoined joined, IActorContext context)
    {
        if (_roster.Join(joined.Worker) && _roster.Workers.Count == _workers)
        {
            _roster.Deal(context);
            _round.Start(_requests, _examples, context);
            if (!_round.IsRunning)
            {
                context.Stop(); // a method that asks for nothing
            }
        }
    }
}
