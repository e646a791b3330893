using DistSgd.Learning;
using DistSgd.Learning.Optimization;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Server.Decisions;

namespace DistSgd.Training.Server;

/// <summary>
/// What follows a completed step, in this order and as far as it is due: window events, evaluation with early stopping, what the monitor asks for,
/// checkpoint, the end; then the next step.
/// </summary>
/// <param name="task">What is trained.</param>
/// <param name="config">The run's config.</param>
/// <param name="resumedAt">Completed steps at which this life of the server begins.</param>
/// <param name="parts">Who does it.</param>
internal sealed class StepSequel(TrainingTask task, RunConfig config, long resumedAt, StepParts parts)
{
    /// <summary>Why the run is to end after the current step; null if it is not.</summary>
    public string? InterruptReason { get; set; }

    private bool EvaluationIsDue => config.Training.EvaluateEvery is { } every
        ? parts.Server.Step % every == 0
        : task.Batches.IsLastOfEpoch(parts.Server.Step - 1);

    /// <summary>A step was completed.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="context">The context of the server.</param>
    public void AfterStep(StepOutcome outcome, IActorContext context)
    {
        parts.Quarantine.Enforce(parts.Roster, context);
        if (outcome != StepOutcome.Applied && config.Monitor.OnNonFinite == NonFinitePolicy.Stop)
        {
            StopByMonitor(ActionReasons.NonFiniteGradient, $"step {parts.Server.Step} was not finite and monitor.on_nonfinite is stop", context);
        }
        else if (parts.Server.WhyStuck(config.Monitor.MaxSkippedSteps) is { } stuck)
        {
            StopByMonitor(ActionReasons.MaxSkippedSteps, stuck, context);
        }
        else if ((EvaluationIsDue || parts.Server.Step == task.TotalSteps) && task.Data.Count(DataPart.Validation) > 0)
        {
            parts.Ending.Evaluate(DataPart.Validation, context);
        }
        else
        {
            Continue(context);
        }
    }

    /// <summary>After a completed step and its evaluation: what the monitor asks for, checkpoint, then the end or the next step.</summary>
    /// <param name="context">The context of the server.</param>
    public void Continue(IActorContext context)
    {
        long every = config.Training.CheckpointEvery;
        bool stopsEarly = parts.EarlyStopping?.ShouldStop == true;
        bool ends = parts.Server.Step >= task.TotalSteps || stopsEarly || InterruptReason is not null;
        bool saves = !ends && every > 0 && parts.Server.Step % every == 0 && parts.Server.Step > resumedAt;
        if (saves)
        {
            // A window ends here, because a resumed run writes its own events from here on.
            parts.Journal.Flush(context);
        }

        if (!ends && parts.Interludes.Begin(context))
        {
            return;
        }

        if (parts.Interludes.StopReason is { } reason)
        {
            StopByMonitor(ActionReasons.Alert, reason, context);
            return;
        }

        if (saves)
        {
            parts.Server.MarkRollbackPoint();
            parts.Ending.Save(context);
        }

        if (parts.Server.Step >= task.TotalSteps)
        {
            parts.Ending.Complete(RunOutcomes.Completed, null, context);
        }
        else if (stopsEarly)
        {
            string since = $"the validation loss has not improved for {parts.EarlyStopping!.State.EvaluationsSinceBest} evaluations";
            parts.Ending.Complete(RunOutcomes.EarlyStopped, since, context);
        }
        else if (InterruptReason is not null)
        {
            parts.Ending.Close(RunOutcomes.Interrupted, InterruptReason, context);
        }
        else
        {
            parts.Pace.Start(parts.Server.Step, parts.Server.Parameters, context);
        }
    }

    private void StopByMonitor(string reason, string detail, IActorContext context)
    {
        ActionReports.EmitStop(reason, detail, parts.Server, context);
        parts.Ending.Close(RunOutcomes.StoppedByMonitor, detail, context);
    }
}

/// <summary>The parts of the server that take part in what follows a step.</summary>
/// <param name="Server">The parameters.</param>
/// <param name="Roster">The workers.</param>
/// <param name="Pace">Starts the next step.</param>
/// <param name="Journal">The windows of the log.</param>
/// <param name="Ending">Evaluations, checkpoints and the end.</param>
/// <param name="Interludes">What the monitor asks for.</param>
/// <param name="Quarantine">Who gets no shards any more.</param>
/// <param name="EarlyStopping">Watches the validation loss; null if nothing does.</param>
internal sealed record StepParts(
    ParameterServer Server,
    Roster Roster,
    IStepPace Pace,
    StepJournal Journal,
    RunEnding Ending,
    Interludes Interludes,
    Quarantine Quarantine,
    EarlyStopping? EarlyStopping);
