using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>
/// Slices that were asked for one by one, at most one request a worker: it computes at a copy of the parameters of its own, while they go on
/// changing, and until it has answered nothing that it sends is written to again.
/// </summary>
/// <param name="term">Term of the server.</param>
/// <param name="vectorLength">Length of the parameters.</param>
internal sealed class SliceRequests(int term, int vectorLength)
{
    private readonly Dictionary<ActorId, Request> _requests = [];

    /// <summary>Whether a worker has answered everything that it was asked for.</summary>
    /// <param name="worker">The worker.</param>
    public bool IsIdle(ActorId worker) => !_requests.TryGetValue(worker, out Request? request) || request.Missing.Count == 0;

    /// <summary>Whether somebody was asked for a slice of a shard and has not answered yet.</summary>
    /// <param name="shard">The shard.</param>
    public bool IsAsked(int shard) => _requests.Values.Any(request => request.Missing.Contains(shard));

    /// <summary>Asks an idle worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="step">Index of the step that the examples are of.</param>
    /// <param name="shards">The shards, ascending.</param>
    /// <param name="parameters">The parameters; copied.</param>
    /// <param name="version">Their version.</param>
    /// <param name="context">The context of the server.</param>
    public void Ask(ActorId worker, long step, int[] shards, AlignedVector parameters, long version, IActorContext context)
    {
        if (!_requests.TryGetValue(worker, out Request? request))
        {
            _requests[worker] = request = new Request(new AlignedVector(vectorLength));
        }

        request.Step = step;
        request.Version = version;
        request.Missing.AddRange(shards);
        request.Parameters.CopyFrom(parameters);
        context.Send(worker, new RecomputeSlices(term, step, shards, request.Parameters));
    }

    /// <summary>Whether slices are an answer that is still owed.</summary>
    /// <param name="gradient">The slices.</param>
    public bool IsOwed(GradientComputed gradient) => gradient.Term == term
        && _requests.TryGetValue(gradient.Worker, out Request? request) && request.Step == gradient.Step
        && Array.TrueForAll(gradient.Partials, partial => Enumerable.Range(partial.Range.First, partial.Range.Count).All(request.Missing.Contains));

    /// <summary>Takes an answer that is owed.</summary>
    /// <param name="gradient">The slices.</param>
    /// <returns>Version of the parameters that they were computed at.</returns>
    public long Take(GradientComputed gradient)
    {
        Request request = _requests[gradient.Worker];
        foreach (PartialGradient partial in gradient.Partials)
        {
            request.Missing.RemoveAll(shard => shard >= partial.Range.First && shard < partial.Range.End);
        }

        return request.Version;
    }

    /// <summary>Takes note that a worker has gone.</summary>
    /// <param name="worker">The worker.</param>
    public void Forget(ActorId worker) => _requests.Remove(worker);

    private sealed class Request(AlignedVector parameters)
    {
        public AlignedVector Parameters => parameters;

        public List<int> Missing { get; } = [];

        public long Step { get; set; }

        public long Version { get; set; }
    }
}
