using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;

namespace DistSgd.Training.Protocol;

// Commands are imperative, reports are in the past tense. Server and workers drop what does not carry the term and step they are in:
// a term is one life of the server, so nothing sent to an earlier one can be mistaken.
// StepStarted and GradientComputed are sent at every step; their sender reuses one object, which is the receiver's until the next step.

/// <summary>Tells an actor that its host is ready.</summary>
public sealed record Begin;

/// <summary>A worker offers its service to the server.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="DataSha256">Digest of the data set it has; must be the server's.</param>
public sealed record WorkerJoined(ActorId Worker, string DataSha256);

/// <summary>
/// The server's host has lost a worker, or it said good-bye: nothing it sent is still on its way, and nothing that is sent to it before the
/// server has got this reaches a later worker of its name.
/// </summary>
/// <param name="Worker">The worker.</param>
/// <param name="Change">One of <see cref="Monitoring.Events.MembershipChanges"/>: left or lost.</param>
/// <param name="Reason">Why, for the log; null if nothing is known.</param>
public sealed record WorkerLeft(ActorId Worker, string Change, string? Reason = null);

/// <summary>The server has told itself to begin with the workers that are there.</summary>
public sealed record JoinWaitEnded;

/// <summary>The server has told itself to give the open step up, as an interrupted run has waited for it long enough.</summary>
public sealed record InterruptGraceEnded;

/// <summary>The server's host has turned a peer away, or away again; it took no part.</summary>
/// <param name="Peer">Its name, or its address where it gave none.</param>
/// <param name="Reason">Why, for the log.</param>
public sealed record PeerRefused(string Peer, string Reason);

/// <summary>The server deals shards to a worker; an empty set makes it a standby.</summary>
/// <param name="Term">Term of the server.</param>
/// <param name="Shards">The shards, ascending.</param>
public sealed record AssignShards(int Term, int[] Shards);

/// <summary>The server starts a step: every worker computes the slices of its shards at these parameters.</summary>
public sealed class StepStarted
{
    /// <summary>Term of the server.</summary>
    public int Term { get; set; }

    /// <summary>Index of the step, from 0.</summary>
    public long Step { get; set; }

    /// <summary>The parameters, not changed until every slice has come in.</summary>
    public required AlignedVector Parameters { get; set; }
}

/// <summary>The server asks a worker for slices of the open step that another worker has taken with it.</summary>
/// <param name="Term">Term of the server.</param>
/// <param name="Step">Index of the step.</param>
/// <param name="Shards">The shards whose slices are missing, ascending.</param>
/// <param name="Parameters">The parameters, not changed until every slice has come in.</param>
public sealed record RecomputeSlices(int Term, long Step, int[] Shards, AlignedVector Parameters);

/// <summary>A worker has computed the slices of its shards.</summary>
public sealed class GradientComputed
{
    /// <summary>Term of the server that asked for it.</summary>
    public int Term { get; set; }

    /// <summary>Index of the step.</summary>
    public long Step { get; set; }

    /// <summary>The worker.</summary>
    public required ActorId Worker { get; init; }

    /// <summary>The sums of its aligned ranges of shards, ascending.</summary>
    public PartialGradient[] Partials { get; set; } = [];

    /// <summary>How long the worker computed them, by its own clock; on the wire in whole microseconds.</summary>
    public TimeSpan ComputeTime { get; set; }
}

/// <summary>The server asks for the evaluation of some blocks of a part of the data.</summary>
/// <param name="Term">Term of the server.</param>
/// <param name="Step">Number of completed steps.</param>
/// <param name="Part">The part.</param>
/// <param name="FirstBlock">First block.</param>
/// <param name="BlockCount">Number of blocks, at least 1.</param>
/// <param name="Parameters">The parameters, not changed until all blocks have come in.</param>
public sealed record EvaluateBlocks(int Term, long Step, DataPart Part, int FirstBlock, int BlockCount, AlignedVector Parameters);

/// <summary>A worker has evaluated blocks.</summary>
/// <param name="Term">Term of the server that asked for it.</param>
/// <param name="Step">Number of completed steps.</param>
/// <param name="Part">The part.</param>
/// <param name="FirstBlock">First block.</param>
/// <param name="Results">Sums of each block, in order.</param>
public sealed record BlocksEvaluated(int Term, long Step, DataPart Part, int FirstBlock, BlockResult[] Results);

/// <summary>The server asks every worker for the sums of a curvature request over its shards.</summary>
/// <param name="Term">Term of the server.</param>
/// <param name="Round">Number of the request, counted from 1.</param>
/// <param name="Examples">Number of training examples that take part, over all shards, at least 1.</param>
/// <param name="Request">The request; its vectors are not changed until every shard has come in.</param>
public sealed record MeasureCurvature(int Term, long Round, int Examples, CurvatureRequest Request);

/// <summary>A worker has summed a curvature request over its shards.</summary>
/// <param name="Term">Term of the server that asked for it.</param>
/// <param name="Round">Number of the request.</param>
/// <param name="Parts">One part for each aligned range of its shards; their vectors are the worker's again from the next request on.</param>
public sealed record CurvatureMeasured(int Term, long Round, CurvaturePart[] Parts);

/// <summary>Asks the server to write a checkpoint and end the run after the current step.</summary>
/// <param name="Reason">Why, for the log: the name of the signal.</param>
public sealed record Interrupt(string Reason);
