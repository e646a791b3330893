using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>The log was silent for long while the run was going on. The alert comes with the event that ends the silence; <c>watch</c> tells of it meanwhile.</summary>
/// <remarks>A clock that was set back is passed over, and so is the time between two lives of a server.</remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class StalledRunRule(StalledRunThresholds thresholds) : IRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "stalled_run";

    private readonly AlertLatch _latch = new();
    private DateTimeOffset? _lastTime;
    private long _step;
    private int _epoch;

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        double silence = trainingEvent is RunStarted or RunResumed ? 0 : (trainingEvent.Time - _lastTime)?.TotalSeconds ?? 0;
        _lastTime = trainingEvent.Time;
        if (trainingEvent is StepWindow window)
        {
            (_step, _epoch) = (window.Step, window.Epoch);
            _latch.Release(window.Time, window.Step, window.Epoch, alerts);
        }

        if (silence > thresholds.Seconds && _latch.Hold(_step))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"nothing happened for {silence:F0} s at step {_step}; healthy is at most {thresholds.Seconds:G3} s");
            _latch.Raise(Name, (trainingEvent.Time, _step, _epoch), (message, silence, thresholds.Seconds), Advice.For(Symptom.StalledRun), alerts);
        }
    }
}
