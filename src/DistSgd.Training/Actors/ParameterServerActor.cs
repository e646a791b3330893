using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Optimization;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Server.Decisions;
using DistSgd.Training.Server.Probes;

namespace DistSgd.Training.Actors;

/// <summary>
/// Leads the run: deals shards, starts steps, completes them when every slice is in, evaluates, writes checkpoints, decides when to end.
/// </summary>
/// <remarks>
/// What a step does to the numbers stands in <see cref="ParameterServer"/>. After each step come, in this order and as far as they are due:
/// window events, evaluation with early stopping, what the monitor asks for, checkpoint, the end; then the next step.
/// </remarks>
public sealed class ParameterServerActor : IActor
{
    /// <summary>How long an interrupted run waits for workers that are there and do not answer.</summary>
    private static readonly TimeSpan InterruptGrace = TimeSpan.FromSeconds(30);

    private readonly TrainingTask _task;
    private readonly RunConfig _config;
    private readonly ServerOptions _options;
    private readonly ParameterServer _server;
    private readonly IStepPace _pace;
    private readonly EarlyStopping? _earlyStopping;
    private readonly Roster _roster;
    private readonly Evaluations _evaluations;
    private readonly ResponseTimes _responses = new();
    private readonly Quarantine _quarantine;
    private readonly Interludes _interludes;
    private readonly ServerContext _context;
    private readonly StepJournal _journal;
    private readonly RunEnding _ending;
    private readonly long _resumedAt;
    private bool _hasBegun;
    private bool _waitsForOthers;
    private string? _interrupt;

    /// <summary>Creates the server of a run.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="config">The run's config.</param>
    /// <param name="options">Term, checkpoint store, state to continue from.</param>
    public ParameterServerActor(TrainingTask task, RunConfig config, ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        _task = task;
        _config = config;
        _options = options;
        ActionDecider? decider = ActionDecider.Create(config.Monitor, options.Past);
        bool mayRollBack = config.Monitor.Actions.ByRule.Values.Contains(AlertAction.Rollback);
        _server = new ParameterServer(task, config.Monitor.OnNonFinite, mayRollBack);
        _roster = new Roster(task.Data.Shards, options.Term);
        _evaluations = new Evaluations(options.Term, task, _roster);
        _journal = new StepJournal(_server, shard => _pace!.WorkerOf(shard), task, config, _responses);
        _pace = StepPaces.Create(config.Cluster, options, _roster, _server, _journal);
        _earlyStopping = config.Training.EarlyStopping is { } stop ? new EarlyStopping(stop.Patience, stop.MinDelta) : null;
        _ending = new RunEnding(options, _server, _evaluations, _journal, _earlyStopping, () => _pace.Clocks);
        _quarantine = new Quarantine(config.Monitor.QuarantineAfter);
        var activations = new ActivationProbe(task, config, options.ResumeFrom?.State.Step ?? -1);
        _interludes = new Interludes(task, config, _server, new ProbeRound(options.Term, _roster), activations, decider);
        _context = new ServerContext(_responses, emitted: written =>
        {
            decider?.Observe(written);
            _quarantine.Observe(written);
        });
        if (options.ResumeFrom is { } checkpoint)
        {
            _server.Restore(checkpoint);
            _resumedAt = _server.Step;
            _earlyStopping?.State = new EarlyStoppingState(checkpoint.State.BestValidationLoss, checkpoint.State.EvaluationsSinceBest);
        }
    }

    /// <summary>How the run ended; null while it lasts.</summary>
    public RunResult? Result => _ending.Result;

    /// <summary>Number of completed steps.</summary>
    public long Step => _server.Step;

    private long EvaluateEvery => _config.Training.EvaluateEvery ?? _server.StepsPerEpoch;

    /// <inheritdoc/>
    public void Receive(object message, IActorContext context) => Handle(message, _context.Around(context));

    private void Handle(object message, IActorContext context)
    {
        switch (message)
        {
            case Begin: WriteFirstCheckpoint(context); break;
            case WorkerJoined joined: Join(joined, context); break;
            case WorkerLeft left: Leave(left, context); break;
            case JoinWaitEnded: BeginWithThoseHere(context); break;
            case InterruptGraceEnded: GiveUp(context); break;
            case PeerRefused refused: Roster.ReportRefusal(refused, context); break;
            case GradientComputed gradient: Collect(gradient, context); break;
            case BlocksEvaluated blocks: CollectEvaluation(blocks, context); break;
            case CurvatureMeasured measured: CollectMeasurement(measured, context); break;
            case CheckpointWork work: _ending.Take(work, context); break;
            case Interrupt interrupt: TakeInterrupt(interrupt, context); break;
        }
    }

    private void WriteFirstCheckpoint(IActorContext context)
    {
        _server.MarkRollbackPoint();
        if (_options.ResumeFrom is null && Result is null)
        {
            _ending.Save(context);
        }
    }

    private void Join(WorkerJoined joined, IActorContext context)
    {
        if (!_roster.Join(joined.Worker))
        {
            return;
        }

        if (_hasBegun)
        {
            HandOver(context);
        }
        else if (_roster.Workers.Count >= _config.Cluster.Workers)
        {
            BeginSteps(context);
        }
        else if (!_waitsForOthers)
        {
            _waitsForOthers = true;
            context.StartTimer(TimeSpan.FromSeconds(_config.Cluster.JoinWait), new JoinWaitEnded());
        }
    }

    // The others may be lost for good; if they come after all, they join while the run lasts.
    private void BeginWithThoseHere(IActorContext context)
    {
        _waitsForOthers = false; // if all have gone meanwhile, the next one waits anew
        if (!_hasBegun && _roster.Workers.Count > 0)
        {
            BeginSteps(context);
        }
    }

    private void BeginSteps(IActorContext context)
    {
        _hasBegun = true;
        _roster.Deal(context);
        _ending.StartClock(context.Now);
        _journal.RestartClock(context.Now);
        if (_ending.EvaluationIsDue)
        {
            _ending.EvaluationIsDue = false;
            _ending.Evaluate(DataPart.Validation, context);
        }
        else
        {
            Continue(context);
        }
    }

    private void Leave(WorkerLeft left, IActorContext context)
    {
        if (_roster.Leave(left, context) && _hasBegun)
        {
            _evaluations.Disown(left.Worker);
            _pace.Disown(left.Worker);
            HandOver(context);
            EndIfAlone(context);
        }
    }

    private void HandOver(IActorContext context)
    {
        _evaluations.HandOver(context);
        _interludes.HandOver(context);
        _pace.HandOver(context);
    }

    private void TakeInterrupt(Interrupt interrupt, IActorContext context)
    {
        if (_interrupt is null)
        {
            context.StartTimer(InterruptGrace, new InterruptGraceEnded());
        }

        _interrupt ??= interrupt.Reason;
        EndIfAlone(context);
    }

    /// <summary>Ends an interrupted run whose step or evaluation nobody is there to complete, or that has begun none.</summary>
    private void EndIfAlone(IActorContext context)
    {
        if (_interrupt is not null && (!_hasBegun || _roster.Workers.Count == 0))
        {
            GiveUp(context);
        }
    }

    /// <summary>Ends an interrupted run where it is: the open step or evaluation is left to the life that goes on with it.</summary>
    private void GiveUp(IActorContext context)
    {
        if (_ending.IsClosing)
        {
            return;
        }

        _ending.EvaluationIsDue |= _evaluations.IsRunning && Result is null;
        _hasBegun = true;
        _pace.Abandon();
        _evaluations.Abandon();
        _interludes.Abandon();
        _ending.Close(RunOutcomes.Interrupted, _interrupt!, context);
    }

    private void Collect(GradientComputed gradient, IActorContext context)
    {
        _responses.Answered(gradient, context);
        if (_pace.Take(gradient, context) is { } outcome)
        {
            AfterStep(outcome, context);
        }
    }

    private void AfterStep(StepOutcome outcome, IActorContext context)
    {
        _quarantine.Enforce(_roster, context);
        if (outcome != StepOutcome.Applied && _config.Monitor.OnNonFinite == NonFinitePolicy.Stop)
        {
            StopByMonitor(ActionReasons.NonFiniteGradient, $"step {_server.Step} was not finite and monitor.on_nonfinite is stop", context);
        }
        else if (_server.WhyStuck(_config.Monitor.MaxSkippedSteps) is { } stuck)
        {
            StopByMonitor(ActionReasons.MaxSkippedSteps, stuck, context);
        }
        else if ((_server.Step % EvaluateEvery == 0 || _server.Step == _task.TotalSteps) && _task.Data.Count(DataPart.Validation) > 0)
        {
            _ending.Evaluate(DataPart.Validation, context);
        }
        else
        {
            Continue(context);
        }
    }

    /// <summary>After a completed step and its evaluation: what the monitor asks for, checkpoint, then the end or the next step.</summary>
    private void Continue(IActorContext context)
    {
        long every = _config.Training.CheckpointEvery;
        bool stopsEarly = _earlyStopping?.ShouldStop == true;
        bool ends = _server.Step >= _task.TotalSteps || stopsEarly || _interrupt is not null;
        bool saves = !ends && every > 0 && _server.Step % every == 0 && _server.Step > _resumedAt;
        if (saves)
        {
            // A window ends here, because a resumed run writes its own events from here on.
            _journal.Flush(context);
        }

        if (!ends && _interludes.Begin(context))
        {
            return;
        }

        if (_interludes.StopReason is { } reason)
        {
            StopByMonitor(ActionReasons.Alert, reason, context);
            return;
        }

        if (saves)
        {
            _server.MarkRollbackPoint();
            _ending.Save(context);
        }

        if (_server.Step >= _task.TotalSteps)
        {
            _ending.Complete(RunOutcomes.Completed, null, context);
        }
        else if (stopsEarly)
        {
            string since = $"the validation loss has not improved for {_earlyStopping!.State.EvaluationsSinceBest} evaluations";
            _ending.Complete(RunOutcomes.EarlyStopped, since, context);
        }
        else if (_interrupt is not null)
        {
            _ending.Close(RunOutcomes.Interrupted, _interrupt, context);
        }
        else
        {
            _pace.Start(_server.Step, _server.Parameters, context);
        }
    }

    private void CollectEvaluation(BlocksEvaluated blocks, IActorContext context)
    {
        if (_evaluations.Add(blocks, _server.Epoch, context) is not { } result)
        {
            return;
        }

        _journal.RestartClock(context.Now);
        if (Result is not null)
        {
            _ending.EvaluateNext(context);
        }
        else
        {
            _earlyStopping?.Observe(result.Loss);
            Continue(context);
        }
    }

    private void CollectMeasurement(CurvatureMeasured measured, IActorContext context)
    {
        if (_interludes.Take(measured, context))
        {
            _journal.RestartClock(context.Now);
            Continue(context);
        }
    }

    private void StopByMonitor(string reason, string detail, IActorContext context)
    {
        ActionReports.EmitStop(reason, detail, _server, context);
        _ending.Close(RunOutcomes.StoppedByMonitor, detail, context);
    }
}
