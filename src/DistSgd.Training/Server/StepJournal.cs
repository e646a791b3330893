using DistSgd.Learning;
using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;

namespace DistSgd.Training.Server;

/// <summary>Completes steps and tells the log of them: in windows, and at once where a step was not finite.</summary>
public sealed class StepJournal
{
    private readonly ParameterServer _server;
    private readonly StepRound _round;
    private readonly RunConfig _config;
    private readonly StepWindowBuilder _window;
    private readonly Action<AlignedVector, int> _measureMagnitudes;

    /// <summary>Creates the journal of a run.</summary>
    /// <param name="server">Who completes the steps.</param>
    /// <param name="round">The open step.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="config">The run's config.</param>
    public StepJournal(ParameterServer server, StepRound round, TrainingTask task, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(config);
        _server = server;
        _round = round;
        _config = config;
        _window = new StepWindowBuilder(server.Layout, config.Log.StepEvery, task.Architecture.IsClassifier);
        _measureMagnitudes = _window.MeasureMagnitudes;
    }

    /// <summary>Examples of the completed steps.</summary>
    public long Examples { get; private set; }

    /// <summary>Has the next window's time begin now.</summary>
    /// <param name="now">The time.</param>
    public void RestartClock(DateTimeOffset now) => _window.RestartClock(now);

    /// <summary>Completes the step whose sums have all come in.</summary>
    /// <param name="context">The context of the server.</param>
    /// <returns>What became of it.</returns>
    public StepOutcome Complete(IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ReadOnlySpan<PartialGradient> partials = _round.Sums;
        if (ActionReports.AnyNonFinite(partials))
        {
            ActionReports.EmitSlices(partials, _server, _config.Monitor.OnNonFinite, _round, context);
        }

        StepResult result = _server.CompleteStep(partials, _window.ClosesWith(_server.Step) ? _measureMagnitudes : null);
        _window.Add(result, _server.Measurement.WeightNorms, _server.Measurement.BiasNorms);
        Examples += result.Examples;
        if (result.Outcome is StepOutcome.NonFiniteSum or StepOutcome.NonFiniteParameters)
        {
            ActionReports.EmitStep(result, _server, _config.Monitor.OnNonFinite, context);
        }

        if (_server.Step % _config.Log.StepEvery == 0)
        {
            Flush(context);
        }

        return result.Outcome;
    }

    /// <summary>Closes the window: what follows begins another.</summary>
    /// <param name="context">The context of the server.</param>
    public void Flush(IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach (TrainingEvent e in _window.Flush(context.Now, _server.Epoch, _server.Parameters, _round.WorkerOf))
        {
            context.Emit(e);
        }
    }
}
