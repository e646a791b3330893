using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>A rule about validation losses and the mean training losses between them.</summary>
public abstract class EvaluationRule : IRule
{
    private readonly Symptom _symptom;
    private readonly AlertLatch _latch = new();
    private Advice _advice;
    private double _loss;
    private long _steps;

    private protected EvaluationRule(Symptom symptom)
    {
        _symptom = symptom;
        _advice = Advice.For(symptom);
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _advice = Advice.For(_symptom, RunSetup.Of(started));
                break;
            case StepWindow { Count: var count, Skipped: var skipped } window when count > skipped:
                _loss += window.LossMean * (count - skipped);
                _steps += count - skipped;
                break;
            case Evaluation { Split: DataSplits.Validation } evaluation when _steps > 0:
                Judge(evaluation, _loss / _steps, alerts);
                (_loss, _steps) = (0, 0);
                break;
        }
    }

    /// <summary>Looks at the next evaluation; called once for each.</summary>
    /// <param name="validation">Its loss.</param>
    /// <param name="training">Mean training loss since the evaluation before.</param>
    /// <returns>What is wrong, its number and its threshold; or null.</returns>
    private protected abstract (string Quantity, double Value, double Threshold)? Judge(double validation, double training);

    private void Judge(Evaluation evaluation, double training, List<Alert> alerts)
    {
        if (Judge(evaluation.Loss, training) is not { } finding)
        {
            _latch.Release(evaluation.Time, evaluation.Step, evaluation.Epoch, alerts);
        }
        else if (_latch.Hold(evaluation.Step))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"{finding.Quantity}: {finding.Value:G3} at step {evaluation.Step}; healthy is at most {finding.Threshold:G3}");
            _latch.Raise(Name, (evaluation.Time, evaluation.Step, evaluation.Epoch), (message, finding.Value, finding.Threshold), _advice, alerts);
        }
    }
}
