using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

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
    private readonly int _workers;
    private readonly int _examples;
    private readonly CurvatureAssembly _assembly;
    private readonly IEnumerator<CurvatureRequest> _requests;
    private long _round;

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
        _workers = workers;
        _examples = examples;
        _assembly = new CurvatureAssembly(task.Data.Shards, examples);
        _requests = requests.GetEnumerator();
    }

    /// <inheritdoc/>
    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case WorkerJoined joined: Join(joined, context); break;
            case CurvatureMeasured measured: Collect(measured, context); break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    private void Join(WorkerJoined joined, IActorContext context)
    {
        if (_roster.Join(joined.Worker) && _roster.Workers.Count == _workers)
        {
            _roster.Deal(context);
            Continue(context);
        }
    }

    private void Continue(IActorContext context)
    {
        if (_requests.MoveNext())
        {
            _assembly.Clear();
            _round++;
            _roster.Broadcast(new MeasureCurvature(Term, _round, _examples, _requests.Current), context);
        }
        else
        {
            context.Stop();
        }
    }

    private void Collect(CurvatureMeasured measured, IActorContext context)
    {
        if (measured.Term == Term && measured.Round == _round && _assembly.Add(measured.Parts))
        {
            _assembly.Answer(_requests.Current);
            Continue(context);
        }
    }
}
