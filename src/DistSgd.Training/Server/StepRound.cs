using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>
/// The open step: who computes which slices of it, and what has come in. Whoever goes takes its missing slices to those who are there;
/// the shards themselves move with the next step.
/// </summary>
/// <param name="term">Term of the server.</param>
/// <param name="roster">The workers.</param>
/// <param name="shards">Number of shards.</param>
/// <param name="parameters">The parameters at the start.</param>
public sealed class StepRound(int term, Roster roster, int shards, AlignedVector parameters)
{
    private readonly GradientCollection _gradients = new(shards);
    private readonly StepStarted _message = new() { Term = term, Parameters = parameters };

    /// <summary>True from the start of a step until its last slice, and while a step waits for a worker.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>True while nobody is there who could compute the step.</summary>
    public bool WaitsForWorkers { get; private set; }

    /// <summary>The sums of the step by ascending shard, once all are there.</summary>
    public ReadOnlySpan<PartialGradient> Sums => _gradients.Ordered();

    /// <summary>Name of the worker that a slice of the step came from.</summary>
    /// <param name="shard">The shard.</param>
    /// <returns>The name.</returns>
    public string WorkerOf(int shard) => _gradients.OwnerOf(shard).Name;

    /// <summary>Starts a step, or has it wait for a worker.</summary>
    /// <param name="step">Its index.</param>
    /// <param name="at">The parameters, not changed until every slice has come in.</param>
    /// <param name="context">The context of the server.</param>
    public void Start(long step, AlignedVector at, IActorContext context)
    {
        _message.Step = step;
        _message.Parameters = at;
        IsOpen = true;
        WaitsForWorkers = roster.Workers.Count == 0;
        if (WaitsForWorkers)
        {
            return;
        }

        roster.DealIfChanged(context);

        _gradients.Open(roster);
        roster.Broadcast(_message, context);
    }

    /// <summary>Takes sums in; those of another life or step, repeated ones and those of shards that are not the worker's are ignored.</summary>
    /// <param name="gradient">The sums.</param>
    /// <returns>True if the step is complete with them; it is closed then.</returns>
    public bool Add(GradientComputed gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        bool isOfStep = IsOpen && !WaitsForWorkers && gradient.Term == term && gradient.Step == _message.Step;
        bool completes = isOfStep && _gradients.Add(gradient);
        IsOpen &= !completes;
        return completes;
    }

    /// <summary>Takes note that a worker has gone: nobody owes any more what it owed.</summary>
    /// <param name="worker">The worker.</param>
    public void Disown(ActorId worker) => _gradients.Disown(worker);

    /// <summary>After a worker has come or gone: has those who are there compute what nobody owes.</summary>
    /// <param name="context">The context of the server.</param>
    public void HandOver(IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (IsOpen && WaitsForWorkers)
        {
            Start(_message.Step, _message.Parameters, context);
        }
        else if (IsOpen && roster.Workers.Count > 0)
        {
            DealOrphans(_gradients.Orphans(), context);
        }
    }

    /// <summary>Gives the step up.</summary>
    public void Abandon() => IsOpen = WaitsForWorkers = false;

    private void DealOrphans(int[] orphans, IActorContext context)
    {
        for (int w = 0; w < roster.Workers.Count; w++)
        {
            int[] dealt = [.. ShardRange.Deal(orphans.Length, roster.Workers.Count, w).Select(i => orphans[i])];
            if (dealt.Length > 0)
            {
                _gradients.Transfer(dealt, roster.Workers[w]);
                context.Send(roster.Workers[w], new RecomputeSlices(term, _message.Step, dealt, _message.Parameters));
            }
        }
    }
}
