using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Optimization;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Training.Actors;

/// <summary>
/// Leads the run: deals shards, starts steps, completes them when every slice is in, evaluates, writes checkpoints, decides when to end.
/// </summary>
/// <remarks>
/// What a step does to the numbers stands in <see cref="ParameterServer"/>. After each step come, in this order and as far as they are due:
/// window events, evaluation with early stopping, checkpoint, the end; then the next step.
/// </remarks>
public sealed class ParameterServerActor : IActor
{
    private readonly TrainingTask _task;
    private readonly RunConfig _config;
    private readonly ServerOptions _options;
    private readonly ParameterServer _server;
    private readonly GradientCollection _gradients;
    private readonly StepStarted _stepStarted;
    private readonly EarlyStopping? _earlyStopping;
    private readonly Roster _roster;
    private readonly CheckpointQueue _checkpoints;
    private readonly Dictionary<DataPart, EvaluationResult> _evaluations = [];
    private readonly Queue<DataPart> _finalParts = new();
    private readonly StepWindowBuilder _window;
    private readonly Action<AlignedVector, int> _measureMagnitudes;
    private readonly long _resumedAt;
    private EvaluationRound? _evaluation;
    private DateTimeOffset _started;
    private bool _stepOpen;
    private long _examples;
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
        _server = new ParameterServer(task, config.Monitor.OnNonFinite);
        _gradients = new GradientCollection(task.Data.Shards);
        _roster = new Roster(task.Data.Shards, config.Cluster.Workers);
        _stepStarted = new StepStarted { Term = options.Term, Parameters = _server.Parameters };
        _checkpoints = new CheckpointQueue(options.Checkpoints);
        _window = new StepWindowBuilder(_server.Layout, config.Log.StepEvery, task.Architecture.IsClassifier);
        _measureMagnitudes = _window.MeasureMagnitudes;
        _earlyStopping = config.Training.EarlyStopping is { } stop ? new EarlyStopping(stop.Patience, stop.MinDelta) : null;
        if (options.ResumeFrom is { } checkpoint)
        {
            _server.Restore(checkpoint);
            _resumedAt = _server.Step;
            _earlyStopping?.State = new EarlyStoppingState(checkpoint.State.BestValidationLoss, checkpoint.State.EvaluationsSinceBest);
        }
    }

    /// <summary>How the run ended; null while it lasts.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>Number of completed steps.</summary>
    public long Step => _server.Step;

    private long EvaluateEvery => _config.Training.EvaluateEvery ?? _server.StepsPerEpoch;

    /// <inheritdoc/>
    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case Begin: WriteFirstCheckpoint(context); break;
            case WorkerJoined joined: Join(joined, context); break;
            case GradientComputed gradient: Collect(gradient, context); break;
            case BlocksEvaluated blocks: CollectEvaluation(blocks, context); break;
            case CheckpointWork work: ReportCheckpoint(work, context); break;
            case Interrupt interrupt: _interrupt ??= interrupt.Reason; break;
        }
    }

    private void WriteFirstCheckpoint(IActorContext context)
    {
        _server.MarkRollbackPoint();
        if (_options.ResumeFrom is null)
        {
            SaveCheckpoint(context);
        }
    }

    private void Join(WorkerJoined joined, IActorContext context)
    {
        if (!_roster.Join(joined.Worker))
        {
            return;
        }

        _roster.Deal(_options.Term, context);
        _started = context.Now;
        _window.RestartClock(context.Now);
        Continue(context);
    }

    private void StartStep(IActorContext context)
    {
        _gradients.Clear();
        _stepStarted.Step = _server.Step;
        _stepStarted.Parameters = _server.Parameters;
        _stepOpen = true;
        _roster.Broadcast(_stepStarted, context);
    }

    private void Collect(GradientComputed gradient, IActorContext context)
    {
        bool current = _stepOpen && gradient.Term == _options.Term && gradient.Step == _server.Step;
        if (!current || !_gradients.Add(gradient))
        {
            return;
        }

        _stepOpen = false;
        ReadOnlySpan<PartialGradient> partials = _gradients.Ordered();
        if (ActionReports.AnyNonFinite(partials))
        {
            ActionReports.EmitSlices(partials, _server, _config.Monitor.OnNonFinite, _roster, context);
        }

        StepResult result = _server.CompleteStep(partials, _window.ClosesWith(_server.Step) ? _measureMagnitudes : null);
        _window.Add(result, _server.Measurement.WeightNorms, _server.Measurement.BiasNorms);
        _examples += result.Examples;
        if (result.Outcome is StepOutcome.NonFiniteSum or StepOutcome.NonFiniteParameters)
        {
            ActionReports.EmitStep(result, _server, _config.Monitor.OnNonFinite, context);
        }

        if (_server.Step % _config.Log.StepEvery == 0)
        {
            FlushWindow(context);
        }

        AfterStep(result.Outcome, context);
    }

    private void AfterStep(StepOutcome outcome, IActorContext context)
    {
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
            StartEvaluation(DataPart.Validation, context);
        }
        else
        {
            Continue(context);
        }
    }

    /// <summary>After a completed step and its evaluation: checkpoint, then the end or the next step.</summary>
    private void Continue(IActorContext context)
    {
        long every = _config.Training.CheckpointEvery;
        bool stopsEarly = _earlyStopping?.ShouldStop == true;
        bool ends = _server.Step >= _task.TotalSteps || stopsEarly || _interrupt is not null;
        if (!ends && every > 0 && _server.Step % every == 0 && _server.Step > _resumedAt)
        {
            // A window ends here, because a resumed run writes its own events from here on.
            FlushWindow(context);
            _server.MarkRollbackPoint();
            SaveCheckpoint(context);
        }

        if (_server.Step >= _task.TotalSteps)
        {
            EvaluateAndFinish(RunOutcomes.Completed, null, context);
        }
        else if (stopsEarly)
        {
            string since = $"the validation loss has not improved for {_earlyStopping!.State.EvaluationsSinceBest} evaluations";
            EvaluateAndFinish(RunOutcomes.EarlyStopped, since, context);
        }
        else if (_interrupt is not null)
        {
            Finish(RunOutcomes.Interrupted, _interrupt, context);
        }
        else
        {
            StartStep(context);
        }
    }

    private void StartEvaluation(DataPart part, IActorContext context)
    {
        FlushWindow(context);
        _evaluation = new EvaluationRound(_options.Term, _server.Step, part, _task.Data.Count(part));
        _evaluation.Start(_roster.Workers, _server.Parameters, context);
    }

    private void CollectEvaluation(BlocksEvaluated blocks, IActorContext context)
    {
        if (_evaluation?.Add(blocks) != true)
        {
            return;
        }

        EvaluationResult result = _evaluation.Result();
        _evaluations[_evaluation.Part] = result;
        context.Emit(_evaluation.ToEvent(context.Now, _server.Epoch, _task.Architecture.IsClassifier));
        _evaluation = null;
        _window.RestartClock(context.Now);
        if (Result is not null)
        {
            EvaluateNextPart(context);
        }
        else
        {
            _earlyStopping?.Observe(result.Loss);
            Continue(context);
        }
    }

    private void EvaluateAndFinish(string outcome, string? reason, IActorContext context)
    {
        Result = CreateResult(outcome, reason, context);
        foreach (DataPart part in (DataPart[])[DataPart.Validation, DataPart.Training, DataPart.Test])
        {
            if (_task.Data.Count(part) > 0 && (part != DataPart.Validation || !_evaluations.ContainsKey(part)))
            {
                _finalParts.Enqueue(part);
            }
        }

        EvaluateNextPart(context);
    }

    private void EvaluateNextPart(IActorContext context)
    {
        if (_finalParts.TryDequeue(out DataPart part))
        {
            StartEvaluation(part, context);
        }
        else
        {
            SaveCheckpoint(context);
        }
    }

    private void StopByMonitor(string reason, string detail, IActorContext context)
    {
        ActionReports.EmitStop(reason, detail, _server, context);
        Finish(RunOutcomes.StoppedByMonitor, detail, context);
    }

    private void Finish(string outcome, string reason, IActorContext context)
    {
        FlushWindow(context);
        Result = CreateResult(outcome, reason, context);
        SaveCheckpoint(context);
    }

    private RunResult CreateResult(string outcome, string? reason, IActorContext context) =>
        new(outcome, reason, _server.Step, _server.Epoch, (context.Now - _started).TotalSeconds, _examples, _evaluations);

    private void SaveCheckpoint(IActorContext context)
    {
        EarlyStoppingState stopping = _earlyStopping?.State ?? EarlyStoppingState.Initial;
        _checkpoints.Save(_server.Snapshot(_options, stopping), context);
    }

    private void ReportCheckpoint(CheckpointWork work, IActorContext context)
    {
        CheckpointReceipt receipt = _checkpoints.Complete(work, context);
        if (Result is not null && work.Step == _server.Step && _checkpoints.IsIdle && _finalParts.Count == 0 && _evaluation is null)
        {
            Result.FinalCheckpoint = receipt;
            Result.FinalModel = work.Snapshot;
            context.Stop();
        }
    }

    private void FlushWindow(IActorContext context)
    {
        foreach (TrainingEvent e in _window.Flush(context.Now, _server.Epoch, _server.Parameters, _roster.WorkerOf))
        {
            context.Emit(e);
        }
    }
}
