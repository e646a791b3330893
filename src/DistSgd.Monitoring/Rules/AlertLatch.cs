using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>Keeps a rule from repeating itself: one alert when a condition begins to hold, one when it is over.</summary>
internal sealed class AlertLatch
{
    /// <summary>A condition is over when it has not held for so many steps; after shorter pauses it would be raised over and over.</summary>
    public const int CalmSteps = 100;

    /// <summary>Examples that a message names; the alert has them all.</summary>
    private const int MostExamples = 8;

    private Alert? _raised;

    /// <summary>Whether an alert is raised and not resolved yet.</summary>
    public bool IsRaised => _raised is not null;

    /// <summary>The step up to which the condition held last.</summary>
    public long LastStep { get; private set; }

    /// <summary>Notes that the condition holds.</summary>
    /// <param name="step">The step up to which it holds.</param>
    /// <returns>Whether the alert is yet to be raised.</returns>
    public bool Hold(long step)
    {
        LastStep = step;
        return _raised is null;
    }

    /// <summary>Names training examples at the end of a message.</summary>
    /// <param name="examples">Indices into the training set; none for nothing to say.</param>
    public static string Naming(IReadOnlyList<int>? examples) => examples is not { Count: > 0 } ? "" :
        $" (training examples {string.Join(", ", examples.Take(MostExamples))}"
        + (examples.Count > MostExamples ? $" and {examples.Count - MostExamples} more)" : ")");

    /// <summary>Raises the alert.</summary>
    public void Raise(Alert alert, List<Alert> alerts)
    {
        _raised = alert;
        alerts.Add(alert);
    }

    /// <summary>Raises an alert about a run as a whole, with what is usually behind its symptom.</summary>
    /// <param name="rule">Name of the rule.</param>
    /// <param name="seenAt">Time, step and epoch at which it is seen.</param>
    /// <param name="finding">What was found, its number and its threshold.</param>
    /// <param name="advice">What usually is behind it.</param>
    /// <param name="alerts">Receives the alert.</param>
    /// <param name="worker">The worker concerned, if one is.</param>
    /// <param name="layer">The layer concerned, if one is.</param>
    /// <param name="slice">Shard and examples concerned, if some are.</param>
    public void Raise(
        string rule,
        (DateTimeOffset Time, long Step, int Epoch) seenAt,
        (string Message, double Value, double Threshold) finding,
        Advice advice,
        List<Alert> alerts,
        string? worker = null,
        int? layer = null,
        (int? Shard, IReadOnlyList<int>? Examples) slice = default) => Raise(
            new Alert
            {
                Time = seenAt.Time,
                Rule = rule,
                Severity = AlertSeverities.Warning,
                State = AlertStates.Raised,
                Step = seenAt.Step,
                SeenAtStep = seenAt.Step,
                Epoch = seenAt.Epoch,
                Worker = worker,
                Layer = layer,
                Shard = slice.Shard,
                Examples = slice.Examples,
                Value = finding.Value,
                Threshold = finding.Threshold,
                Message = finding.Message,
                LikelyCause = advice.LikelyCause,
                Advice = advice.Fix,
            },
            alerts);

    /// <summary>Notes that the condition does not hold, and resolves the alert when that has been so for long enough.</summary>
    public void Release(DateTimeOffset time, long step, int epoch, List<Alert> alerts)
    {
        if (_raised is null || step - LastStep < CalmSteps)
        {
            return;
        }

        alerts.Add(_raised with
        {
            Time = time,
            State = AlertStates.Resolved,
            Step = step,
            SeenAtStep = step,
            Epoch = epoch,
            Examples = null,
            Value = null,
            Threshold = null,
            Message = $"not seen since step {LastStep}",
            LikelyCause = null,
            Advice = null,
        });
        _raised = null;
    }
}
