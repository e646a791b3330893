using DistSgd.Learning.Curvature;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server.Probes;

/// <summary>
/// A question about parameters that the workers answer, between two steps of a run or in an examination, request by request; a worker that comes or goes has the
/// open request asked anew.
/// </summary>
/// <param name="term">Term of the server.</param>
/// <param name="roster">The workers.</param>
internal sealed class ProbeRound(int term, Roster roster)
{
    private IEnumerator<CurvatureRequest>? _requests;
    private CurvatureAssembly _assembly = new(roster.Shards, examples: 1);
    private int _examples;
    private long _round;

    /// <summary>True while something is asked.</summary>
    public bool IsRunning => _requests is not null;

    /// <summary>Asks the first request.</summary>
    /// <param name="requests">The method; what it hands out is answered before it is resumed.</param>
    /// <param name="examples">Number of training examples that take part, at least 1.</param>
    /// <param name="context">The context of the server.</param>
    public void Start(IEnumerable<CurvatureRequest> requests, int examples, IActorContext context)
    {
        _examples = examples;
        _assembly = new CurvatureAssembly(roster.Shards, examples);
        _requests = requests.GetEnumerator();
        Continue(context);
    }

    /// <summary>Takes an answer in; what nobody asked for is ignored.</summary>
    /// <param name="measured">The answer.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>True if the method has ended with it.</returns>
    public bool Take(CurvatureMeasured measured, IActorContext context)
    {
        if (_requests is null || measured.Term != term || measured.Round != _round || !Array.TrueForAll(measured.Parts, Answers))
        {
            return false;
        }

        if (_assembly.Add(measured.Parts))
        {
            _assembly.Answer(_requests.Current);
            Continue(context);
        }

        return _requests is null;
    }

    /// <summary>After a worker has come or gone: asks the open request anew, because what was computed may be nobody's now.</summary>
    /// <param name="context">The context of the server.</param>
    public void HandOver(IActorContext context)
    {
        if (_requests is not null)
        {
            Ask(context);
        }
    }

    /// <summary>Gives the method up.</summary>
    public void Abandon()
    {
        _requests?.Dispose();
        _requests = null;
    }

    private void Continue(IActorContext context)
    {
        if (_requests!.MoveNext())
        {
            Ask(context);
        }
        else
        {
            Abandon();
        }
    }

    private void Ask(IActorContext context)
    {
        _assembly.Clear();
        _round++;
        if (roster.Workers.Count > 0)
        {
            roster.DealIfChanged(context);
            roster.Broadcast(new MeasureCurvature(term, _round, _examples, _requests!.Current), context);
        }
    }

    private bool Answers(CurvaturePart part)
    {
        CurvatureRequest request = _requests!.Current;
        return part.Range.End <= roster.Shards
            && (part.Sum is null) == (request.Mean is null)
            && Array.TrueForAll(part.Losses, numbers => numbers.Length == request.Points);
    }
}
