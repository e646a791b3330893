using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>Gradients are applied to parameters that have changed much since: their mean age, in steps of one update a shard, is too high.</summary>
/// <remarks>Modes <c>ssp</c> and <c>async</c> only; in the others no gradient has an age. The ledger of ages stands in every step event.</remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class StaleGradientsRule(StaleGradientsThresholds thresholds) : IRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "stale_gradients";

    private readonly AlertLatch _latch = new();
    private int _shards = 1;
    private long _slices;
    private double _ages;

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        if (trainingEvent is RunStarted started)
        {
            _shards = Math.Max(1, started.Shards);
        }

        if (trainingEvent is not StepWindow window)
        {
            return;
        }

        for (int age = 0; age < window.Staleness.Count; age++)
        {
            _slices += window.Staleness[age];
            _ages += (double)window.Staleness[age] * age;
        }

        if (_slices < (long)thresholds.Window * _shards)
        {
            return;
        }

        double steps = _ages / _slices / _shards;
        (_slices, _ages) = (0, 0);
        if (steps <= thresholds.Steps)
        {
            _latch.Release(window.Time, window.Step, window.Epoch, alerts);
        }
        else if (_latch.Hold(window.Step))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"mean age of the gradients: {steps:G3} steps up to step {window.Step}; healthy is at most {thresholds.Steps:G3}");
            _latch.Raise(Name, (window.Time, window.Step, window.Epoch), (message, steps, thresholds.Steps), Advice.For(Symptom.StaleGradients), alerts);
        }
    }
}
