using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>One worker takes much longer to answer than the others, so that every step waits for it.</summary>
/// <remarks>
/// Its mean time of an answer against the median of the other workers', over the last steps. The threshold is 3 and not 2: workers of one process wait
/// for each other's cores, and the last of them answers up to twice as late as the median. Differences below a millisecond are passed over, and so is
/// mode <c>async</c>, in which nobody waits for anybody.
/// </remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class StragglerRule(StragglerThresholds thresholds) : IRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "straggler";

    private const double SmallestDelay = 1e-3; // seconds

    private readonly AlertLatch _latch = new();
    private readonly SortedDictionary<string, (double Seconds, int Count)> _answers = new(StringComparer.Ordinal);
    private bool _isWaitedFor = true;
    private long _steps;

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _isWaitedFor = RunSetup.Of(started).Mode != "async";
                break;
            case WorkerWindow worker:
                (double seconds, int count) = _answers.GetValueOrDefault(worker.Worker);
                _answers[worker.Worker] = (seconds + (worker.ResponseSecondsMean * worker.Count), count + worker.Count);
                break;
            case StepWindow window:
                // The workers' events of a window follow it: what is judged here are the windows before.
                if (_steps >= thresholds.Window && _isWaitedFor)
                {
                    Judge(window, alerts);
                    _answers.Clear();
                    _steps = 0;
                }

                _steps += window.Count;
                break;
            case RunResumed:
                _answers.Clear();
                _steps = 0;
                break;
        }
    }

    private void Judge(StepWindow window, List<Alert> alerts)
    {
        (string Worker, double Seconds)[] means = [.. _answers.Select(worker => (worker.Key, worker.Value.Seconds / worker.Value.Count)).OrderBy(worker => worker.Item2)];
        if (means.Length < 2)
        {
            return;
        }

        double slowest = means[^1].Seconds;
        int others = means.Length - 1;
        double median = (means[(others - 1) / 2].Seconds + means[others / 2].Seconds) / 2;
        long step = window.FirstStep - 1;
        if (slowest <= thresholds.Factor * median || slowest - median < SmallestDelay)
        {
            _latch.Release(window.Time, step, window.Epoch, alerts);
        }
        else if (_latch.Hold(step))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"{means[^1].Worker} takes {1e3 * slowest:G3} ms to answer and the median of the others {1e3 * median:G3} ms, up to step {step}; healthy is at most {thresholds.Factor:G3} times that");
            _latch.Raise(Name, (window.Time, step, window.Epoch), (message, slowest / median, thresholds.Factor), Advice.For(Symptom.Straggler), alerts, means[^1].Worker);
        }
    }
}
