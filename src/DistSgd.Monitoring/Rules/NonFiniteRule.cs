using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>Any NaN or infinity in a loss, a gradient or a parameter, with the worker, shard, step and examples it came from.</summary>
/// <remarks>Actions of the server name the source; step windows and evaluations are the net below them.</remarks>
public sealed class NonFiniteRule : IRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "nonfinite";

    /// <summary>
    /// Sources with an alert of their own at one time. When more are affected it is the model that has gone wrong, and one more alert
    /// would say nothing new.
    /// </summary>
    private const int MaxSources = 4;

    private readonly List<Source> _sources = [];
    private Advice _advice = Advice.For(Symptom.NonFinite);

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _advice = Advice.For(Symptom.NonFinite, RunSetup.Of(started));
                break;
            case TrainingAction action when WhatIsNonFinite(action.Reason) is { } what:
                Raise(Describe(action, what), alerts);
                break;
            case StepWindow window:
                Observe(window, alerts);
                break;
            case Evaluation evaluation when !double.IsFinite(evaluation.Loss):
                Raise(Describe(evaluation, evaluation.Step, evaluation.Epoch, $"{evaluation.Split} loss"), alerts);
                break;
        }
    }

    private static string? WhatIsNonFinite(string reason) => reason switch
    {
        ActionReasons.NonFiniteGradient => "gradient",
        ActionReasons.NonFiniteLoss => "loss",
        ActionReasons.NonFiniteParameters => "parameters",
        _ => null,
    };

    private void Observe(StepWindow window, List<Alert> alerts)
    {
        bool lossIsNonFinite = window.Skipped < window.Count && !double.IsFinite(window.LossMean);
        if ((window.FirstNonFiniteStep ?? (lossIsNonFinite ? window.Step : null)) is { } step
            && !_sources.Exists(source => source.Latch.LastStep >= window.FirstStep))
        {
            Raise(Describe(window, step, window.Epoch, "loss, gradient or parameters"), alerts);
        }

        foreach (Source source in _sources)
        {
            source.Latch.Release(window.Time, window.Step, window.Epoch, alerts);
        }

        _sources.RemoveAll(source => !source.Latch.IsRaised);
    }

    private void Raise(Alert alert, List<Alert> alerts)
    {
        Source? source = _sources.Find(known => known.Worker == alert.Worker && known.Shard == alert.Shard);
        if (source is null)
        {
            if (_sources.Count == MaxSources)
            {
                return;
            }

            source = new Source(alert.Worker, alert.Shard);
            _sources.Add(source);
        }

        if (source.Latch.Hold(alert.Step))
        {
            source.Latch.Raise(alert, alerts);
        }
    }

    private Alert Describe(TrainingAction action, string what)
    {
        string where = string.Concat(
            action.Shard is null ? "" : $" of shard {action.Shard}",
            action.Worker is null ? "" : $" on {action.Worker}",
            action.Layer is null ? "" : $" in layer {action.Layer}");
        Alert alert = Describe(action, action.Step, action.Epoch, what + where);
        return alert with
        {
            Message = alert.Message + AlertLatch.Naming(action.Examples),
            Worker = action.Worker,
            Shard = action.Shard,
            Layer = action.Layer,
            Examples = action.Examples,
        };
    }

    private Alert Describe(TrainingEvent cause, long step, int epoch, string what) => new()
    {
        Time = cause.Time,
        Rule = RuleName,
        Severity = AlertSeverities.Critical,
        State = AlertStates.Raised,
        Step = step,
        SeenAtStep = cause.Position ?? step,
        Epoch = epoch,
        Message = $"NaN or infinity in the {what} at step {step}",
        LikelyCause = _advice.LikelyCause,
        Advice = _advice.Fix,
    };

    /// <summary>Where non-finite numbers come from; worker and shard null for the model as a whole.</summary>
    private sealed record Source(string? Worker, int? Shard)
    {
        public AlertLatch Latch { get; } = new();
    }
}
