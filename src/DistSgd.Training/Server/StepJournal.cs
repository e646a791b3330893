using DistSgd.Learning;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Noise;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;

namespace DistSgd.Training.Server;

/// <summary>Completes steps and tells the log of them: in windows, and at once where a step was not finite.</summary>
public sealed class StepJournal
{
    private readonly ParameterServer _server;
    private readonly Func<int, string> _workerOf;
    private readonly RunConfig _config;
    private readonly StepWindowBuilder _window;
    private readonly ResponseTimes _responses;
    private readonly NoiseScaleEstimator _noise;
    private StepResult _step;
    private int _updates;

    /// <summary>Creates the journal of a run.</summary>
    /// <param name="server">Who completes the steps.</param>
    /// <param name="workerOf">Name of the worker that a slice of the open step came from.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="config">The run's config.</param>
    /// <param name="responses">How long workers take to answer.</param>
    internal StepJournal(ParameterServer server, Func<int, string> workerOf, TrainingTask task, RunConfig config, ResponseTimes responses)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(config);
        _server = server;
        _workerOf = workerOf;
        _config = config;
        _responses = responses;
        _noise = new NoiseScaleEstimator(config.Monitor.NoiseDecay);
        _window = new StepWindowBuilder(server.Layout, config.Log.StepEvery, task.Architecture.IsClassifier, task.Data.Shards);
    }

    /// <summary>What the noise scale is estimated from, kept in checkpoints; null before a step of two slices or more.</summary>
    public NoiseSums? Noise
    {
        get => _noise.Sums.Steps == 0 ? null : _noise.Sums;
        set => _noise.Sums = value ?? new NoiseSums();
    }

    /// <summary>Examples of the completed steps.</summary>
    public long Examples { get; private set; }

    private IStepMeasure? Measure(IActorContext context) => _window.ClosesWith(_server.Step) ? _window.Timed(context) : null;

    /// <summary>Has the next window's time begin now.</summary>
    /// <param name="now">The time.</param>
    public void RestartClock(DateTimeOffset now) => _window.RestartClock(now);

    /// <summary>Completes the step whose slices have come in, all of them at its own parameters.</summary>
    /// <param name="partials">Their sums, ascending by range.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>What became of it.</returns>
    public StepOutcome Complete(ReadOnlySpan<PartialGradient> partials, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Report(partials, _server.Step, context);
        foreach (PartialGradient partial in partials)
        {
            _window.AddAges(0, partial.SliceCount);
        }

        _step = _server.CompleteStep(partials, Measure(context));
        return Close(context);
    }

    /// <summary>Applies slices of the open step as an update of their own.</summary>
    /// <param name="partial">Their sum.</param>
    /// <param name="clock">Index of the step that their examples are of.</param>
    /// <param name="age">Number of updates between the parameters that they were computed at and those that they are applied to.</param>
    /// <param name="context">The context of the server.</param>
    public void Apply(PartialGradient partial, long clock, long age, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(partial);
        ArgumentNullException.ThrowIfNull(context);
        Report([partial], clock, context);
        _window.AddAges(age, partial.SliceCount);
        StepResult update = _server.ApplySlices(partial, Measure(context));
        _step = _updates++ == 0 ? update : _step.With(update);
    }

    /// <summary>Completes the step whose slices were applied one by one.</summary>
    /// <param name="context">The context of the server.</param>
    /// <returns>What became of it: applied if one of them was.</returns>
    public StepOutcome Complete(IActorContext context)
    {
        _updates = 0;
        _step.Step = _server.CompleteStep();
        return Close(context);
    }

    /// <summary>Closes the window: what follows begins another.</summary>
    /// <param name="context">The context of the server.</param>
    public void Flush(IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        List<TrainingEvent> events = _window.Flush(context.Now, _server, _workerOf);
        foreach (TrainingEvent e in events)
        {
            context.Emit(e);
        }

        if (events.Count == 0)
        {
            return;
        }

        if (_noise.Read() is { } noise)
        {
            context.Emit(new NoiseScaleMeasurement
            {
                Time = context.Now,
                Step = _server.Step,
                Epoch = _server.Epoch,
                CovarianceTrace = noise.Trace,
                SquaredGradientNorm = noise.SquaredNorm,
                NoiseScale = noise.Scale,
                Low = noise.Low,
                High = noise.High,
            });
        }

        foreach (WorkerWindow e in _responses.Flush(_server.Step, _server.Epoch, context.Now))
        {
            context.Emit(e);
        }
    }

    private void Report(ReadOnlySpan<PartialGradient> partials, long step, IActorContext context)
    {
        _window.AddSlices(partials, step);
        if (ActionReports.AnyNonFinite(partials))
        {
            ActionReports.EmitSlices(partials, step, _server, _config.Monitor.OnNonFinite, _workerOf, context);
        }
    }

    private StepOutcome Close(IActorContext context)
    {
        _window.Add(_step, _server.Measurement.WeightNorms, _server.Measurement.BiasNorms);
        Examples += _step.Examples;
        if (_step.Outcome == StepOutcome.Applied && _step.Slices >= 2)
        {
            _noise.Add(_step.Slices, _step.ScaledSquares, _step.ExamplesKept, _step.GradientNorm * _step.GradientNorm);
        }

        if (_step.Outcome is StepOutcome.NonFiniteSum or StepOutcome.NonFiniteParameters)
        {
            ActionReports.EmitStep(_step, _server, _config.Monitor.OnNonFinite, context);
        }

        if (_server.Step % _config.Log.StepEvery == 0)
        {
            Flush(context);
        }

        return _step.Outcome;
    }
}
