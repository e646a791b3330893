using DistSgd.Learning;
using DistSgd.Learning.Optimization;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Training.Server;

/// <summary>What a run leaves behind: its checkpoints, and at its end the last evaluations, the last checkpoint and the result.</summary>
/// <param name="options">Term, digests and the store of checkpoints.</param>
/// <param name="server">The parameters.</param>
/// <param name="evaluations">The evaluations.</param>
/// <param name="journal">The windows of the log.</param>
/// <param name="earlyStopping">Watches the validation loss; null if nothing does.</param>
/// <param name="shardClocks">Number of slices that were applied of each shard, where shards have clocks of their own.</param>
public sealed class RunEnding(
    ServerOptions options,
    ParameterServer server,
    Evaluations evaluations,
    StepJournal journal,
    EarlyStopping? earlyStopping,
    Func<IReadOnlyList<long>?> shardClocks)
{
    private readonly CheckpointQueue _checkpoints = new(options.Checkpoints);
    private DateTimeOffset? _started;

    /// <summary>How the run ended; null while it lasts.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>True once nothing but the last checkpoint is still to be written.</summary>
    public bool IsClosing => Result is not null && evaluations.AreDone;

    /// <summary>Whether the validation after the last step was cut off, so that the life that goes on begins with it.</summary>
    public bool EvaluationIsDue { get; set; } = options.ResumeFrom?.State.EvaluationIsDue ?? false;

    /// <summary>Has the time of the run begin.</summary>
    /// <param name="now">The time.</param>
    public void StartClock(DateTimeOffset now) => _started = now;

    /// <summary>Writes a checkpoint of the last completed step.</summary>
    /// <param name="context">The context of the server.</param>
    public void Save(IActorContext context) =>
        _checkpoints.Save(
            server.Snapshot(options, earlyStopping?.State ?? EarlyStoppingState.Initial, EvaluationIsDue, shardClocks(), journal.Noise), context);

    /// <summary>Evaluates a part of the data at the last completed step.</summary>
    /// <param name="part">The part.</param>
    /// <param name="context">The context of the server.</param>
    public void Evaluate(DataPart part, IActorContext context)
    {
        journal.Flush(context);
        evaluations.Start(part, server.Step, server.Parameters, context);
    }

    /// <summary>Ends a run that came to its end: evaluates everything, then writes the last checkpoint.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="reason">Why, if that was before its time.</param>
    /// <param name="context">The context of the server.</param>
    public void Complete(string outcome, string? reason, IActorContext context)
    {
        Result = CreateResult(outcome, reason, context);
        evaluations.PlanFinal();
        EvaluateNext(context);
    }

    /// <summary>After an evaluation at the end: the next one, or the last checkpoint.</summary>
    /// <param name="context">The context of the server.</param>
    public void EvaluateNext(IActorContext context)
    {
        if (evaluations.NextFinal() is { } part)
        {
            Evaluate(part, context);
        }
        else
        {
            Save(context);
        }
    }

    /// <summary>Ends a run where it is, with a checkpoint alone.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="reason">Why.</param>
    /// <param name="context">The context of the server.</param>
    public void Close(string outcome, string reason, IActorContext context)
    {
        journal.Flush(context);
        Result = CreateResult(outcome, reason, context);
        Save(context);
    }

    /// <summary>Takes note of a written checkpoint; the last one stops the run.</summary>
    /// <param name="work">The checkpoint.</param>
    /// <param name="context">The context of the server.</param>
    public void Take(CheckpointWork work, IActorContext context)
    {
        CheckpointReceipt receipt = _checkpoints.Complete(work, context);
        if (IsClosing && work.Step == server.Step && _checkpoints.IsIdle)
        {
            Result!.FinalCheckpoint = receipt;
            Result.FinalModel = work.Snapshot;
            context.Stop();
        }
    }

    private RunResult CreateResult(string outcome, string? reason, IActorContext context) => new(
        outcome,
        reason,
        server.Step,
        server.Epoch,
        (context.Now - (_started ?? context.Now)).TotalSeconds,
        journal.Examples,
        evaluations.Results);
}
