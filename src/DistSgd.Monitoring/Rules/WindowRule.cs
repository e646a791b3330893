using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Rules;

/// <summary>A rule about the means of step windows and layers over enough examples to be trusted.</summary>
public abstract class WindowRule : IRule
{
    private readonly Symptom _symptom;
    private RunSetup _setup = RunSetup.Unknown;
    private WindowAggregator _windows;
    private readonly LearningProgress _progress = new();
    private readonly AlertLatch _latch = new();

    private protected WindowRule(Symptom symptom, int minExamples)
    {
        _symptom = symptom;
        _windows = new WindowAggregator(minExamples);
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Has rules that want windows of the same size share the work of gathering them.</summary>
    /// <param name="rules">The rules of a set, none of which has seen an event yet.</param>
    internal static void Share(IEnumerable<IRule> rules)
    {
        foreach (IGrouping<int, WindowRule> alike in rules.OfType<WindowRule>().GroupBy(rule => rule._windows.MinExamples))
        {
            WindowAggregator shared = alike.First()._windows;
            foreach (WindowRule rule in alike)
            {
                rule._windows = shared;
            }
        }
    }

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        if (trainingEvent is RunStarted started)
        {
            _progress.Start(started);
            _setup = RunSetup.Of(started);
        }

        if (!_windows.TryAggregate(trainingEvent, out AggregatedWindow? window))
        {
            return;
        }

        _progress.Observe(window);
        if (Judge(window, _progress) is not { } finding)
        {
            _latch.Release(window.Time, window.Step, window.Epoch, alerts);
        }
        else if (_latch.Hold(window.Step))
        {
            _latch.Raise(Describe(window, finding), alerts);
        }
    }

    /// <summary>Looks at the next window; called once for each.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    private protected abstract Finding? Judge(AggregatedWindow window, LearningProgress progress);

    /// <summary>The alert to raise.</summary>
    private protected virtual Alert Describe(AggregatedWindow window, Finding finding) => Describe(window, finding, Advice.For(finding.Symptom ?? _symptom, _setup));

    private Alert Describe(AggregatedWindow window, Finding finding, Advice advice) => new()
    {
        Time = window.Time,
        Rule = Name,
        Severity = AlertSeverities.Warning,
        State = AlertStates.Raised,
        Step = window.Step,
        SeenAtStep = window.Step,
        Epoch = window.Epoch,
        Layer = finding.Layer,
        Value = finding.Value,
        Threshold = finding.Threshold,
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"{finding.Quantity}: {finding.Value:G3} over steps {finding.FirstStep ?? window.FirstStep} to {window.Step}; "
            + $"healthy is {finding.Bound} {finding.Threshold:G3}"),
        LikelyCause = advice.LikelyCause,
        Advice = advice.Fix,
    };

    /// <param name="Quantity">What was looked at, in words.</param>
    /// <param name="Value">Its value.</param>
    /// <param name="Bound">On which side of the threshold it should be: "at most" or "at least".</param>
    /// <param name="Threshold">The threshold.</param>
    /// <param name="Layer">The layer it is about, if about one.</param>
    /// <param name="Symptom">Its symptom, if not that of the rule.</param>
    /// <param name="FirstStep">First step that was looked at, if before the window.</param>
    private protected readonly record struct Finding(
        string Quantity, double Value, string Bound, double Threshold, int? Layer = null, Symptom? Symptom = null, long? FirstStep = null);
}
