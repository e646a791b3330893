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
/// What a step does to the numbers stands in <see cref="ParameterServer"/>, what follows it in <see cref="StepSequel"/>.
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
    private readonly StepSequel _sequel;
    private bool _hasBegun;
    private bool _waitsForOthers;

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
        _options = options with { Past = [] }; // read once, below; a long log is not kept
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
        long resumeAt = options.ResumeFrom?.State.Step ?? -1;
        _interludes = new Interludes(
            task, config, _server, new ProbeRound(options.Term, _roster), new ActivationProbe(task, config, resumeAt), new GradientTestProbe(task, config, resumeAt), decider);
        _sequel = new StepSequel(
            task, config, options.ResumeFrom?.State.Step ?? 0, new StepParts(_server, _roster, _pace, _journal, _ending, _interludes, _quarantine, _earlyStopping));
        _context = new ServerContext(_responses, emitted: written =>
        {
            decider?.Observe(written);
            _quarantine.Observe(written);
        });
        if (options.ResumeFrom is { } checkpoint)
        {
            _server.Restore(checkpoint);
            _journal.Noise = checkpoint.State.Noise;
            _earlyStopping?.State = new EarlyStoppingState(checkpoint.State.BestValidationLoss, checkpoint.State.EvaluationsSinceBest);
        }
    }

    /// <summary>How the run ended; null while it lasts.</summary>
    public RunResult? Result => _ending.Result;

    /// <summary>Number of completed steps.</summary>
    public long Step => _server.Step;

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
            _sequel.Continue(context);
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
        if (_sequel.InterruptReason is null)
        {
            context.StartTimer(InterruptGrace, new InterruptGraceEnded());
        }

        _sequel.InterruptReason ??= interrupt.Reason;
        EndIfAlone(context);
    }

    /// <summary>Ends an interrupted run whose step or evaluation nobody is there to complete, or that has begun none.</summary>
    private void EndIfAlone(IActorContext context)
    {
        if (_sequel.InterruptReason is not null && (!_hasBegun || _roster.Workers.Count == 0))
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
        _ending.Close(RunOutcomes.Interrupted, _sequel.InterruptReason!, context);
    }

    private void Collect(GradientComputed gradient, IActorContext context)
    {
        _responses.Answered(gradient, context);
        if (_pace.Take(gradient, context) is { } outcome)
        {
            _sequel.AfterStep(outcome, context);
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
            _sequel.Continue(context);
        }
    }

    private void CollectMeasurement(CurvatureMeasured measured, IActorContext context)
    {
        if (_interludes.Take(measured, context))
        {
            _journal.RestartClock(context.Now);
            _sequel.Continue(context);
        }
    }
}
