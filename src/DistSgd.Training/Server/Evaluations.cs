using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>The evaluations of a run: the one in progress, what was found last of each part, and what is still to come at the end.</summary>
/// <param name="term">Term of the server.</param>
/// <param name="task">What is trained.</param>
/// <param name="roster">The workers.</param>
public sealed class Evaluations(int term, TrainingTask task, Roster roster)
{
    private readonly Dictionary<DataPart, EvaluationResult> _results = [];
    private readonly Queue<DataPart> _finalParts = new();
    private EvaluationRound? _round;

    /// <summary>The last result of each part.</summary>
    public IReadOnlyDictionary<DataPart, EvaluationResult> Results => _results;

    /// <summary>True while one is in progress.</summary>
    public bool IsRunning => _round is not null;

    /// <summary>True if none is in progress and none is still to come.</summary>
    public bool AreDone => _round is null && _finalParts.Count == 0;

    /// <summary>Starts an evaluation.</summary>
    /// <param name="part">The part.</param>
    /// <param name="step">Number of completed steps.</param>
    /// <param name="parameters">The parameters, not changed until it is complete.</param>
    /// <param name="context">The context of the server.</param>
    public void Start(DataPart part, long step, AlignedVector parameters, IActorContext context)
    {
        _round = new EvaluationRound(term, step, part, task.Data.Count(part), parameters);
        _round.Ask(roster.Workers, context);
    }

    /// <summary>Takes blocks in; those of another evaluation are ignored. A complete one goes into the log.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="epoch">Epoch of the last step.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>The result if the evaluation is complete with them.</returns>
    public EvaluationResult? Add(BlocksEvaluated blocks, int epoch, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_round?.Add(blocks) != true)
        {
            return null;
        }

        EvaluationResult result = _round.Result();
        _results[_round.Part] = result;
        context.Emit(_round.ToEvent(context.Now, epoch, task.Architecture.IsClassifier));
        _round = null;
        return result;
    }

    /// <summary>Takes note that a worker has gone, and with it the blocks that it was asked for.</summary>
    /// <param name="worker">The worker.</param>
    public void Disown(ActorId worker) => _round?.Disown(worker);

    /// <summary>After a worker has come or gone: has those who are there evaluate what nobody who is there was asked for.</summary>
    /// <param name="context">The context of the server.</param>
    public void HandOver(IActorContext context) => _round?.Ask(roster.Workers, context);

    /// <summary>Plans the evaluations at the end of the run: every part, the validation part only if it never was evaluated.</summary>
    public void PlanFinal()
    {
        foreach (DataPart part in (DataPart[])[DataPart.Validation, DataPart.Training, DataPart.Test])
        {
            if (task.Data.Count(part) > 0 && (part != DataPart.Validation || !_results.ContainsKey(part)))
            {
                _finalParts.Enqueue(part);
            }
        }
    }

    /// <summary>The next part of the final evaluations.</summary>
    /// <returns>The part, or null if none is left.</returns>
    public DataPart? NextFinal() => _finalParts.TryDequeue(out DataPart part) ? part : null;

    /// <summary>Gives up the evaluation in progress and those still to come.</summary>
    public void Abandon()
    {
        _round = null;
        _finalParts.Clear();
    }
}
