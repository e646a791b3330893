using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>The network starts badly: its layers respond with very different strength, or its first loss is far from that of guessing.</summary>
/// <remarks>
/// Variance of the pre-activations, largest over smallest of the layers, in the first ten steps (after SageMaker Debugger's
/// PoorWeightInitialization, which compares gradients; those differ on healthy He nets too). A classifier that knows nothing yet has the
/// cross-entropy ln C (CS231n); of the first window the smallest loss counts, which too high a learning rate does not raise.
/// </remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class PoorInitializationRule(PoorInitializationThresholds thresholds) : IRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "poor_initialization";

    private readonly AlertLatch _latch = new();
    private readonly List<ActivationMeasurement> _layers = [];
    private int _layerCount;
    private double _guessingLoss = double.NaN;
    private bool _isJudged;

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _layerCount = started.LayerWidths.Count - 1;
                _guessingLoss = RunSetup.Of(started).Loss == "cross_entropy" ? Math.Log(started.LayerWidths[^1]) : double.NaN;
                break;
            case ActivationMeasurement measured when measured.Step <= thresholds.Steps && !_isJudged:
                _layers.Add(measured);
                if (measured.Layer == _layerCount - 1)
                {
                    JudgeVariances(measured, alerts);
                    _layers.Clear();
                }

                break;
            case StepWindow window:
                Judge(window, alerts);
                break;
        }
    }

    private void Judge(StepWindow window, List<Alert> alerts)
    {
        double largest = thresholds.LossFactor * _guessingLoss;
        if (window.FirstStep == 1 && window.LossMin > largest)
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"first loss: {window.LossMin:G3}; guessing costs {_guessingLoss:G3}, and healthy is at most {thresholds.LossFactor:G3} times that");
            Raise((window.Time, window.Step, window.Epoch), (message, window.LossMin, largest), null, alerts);
        }

        if (window.Step > thresholds.Steps)
        {
            _latch.Release(window.Time, window.Step, window.Epoch, alerts);
        }
    }

    private void JudgeVariances(ActivationMeasurement seen, List<Alert> alerts)
    {
        _isJudged = true;
        ActivationMeasurement weakest = _layers.MinBy(layer => layer.PreActivationVariance)!;
        double ratio = _layers.Max(layer => layer.PreActivationVariance) / weakest.PreActivationVariance;
        if (ratio > thresholds.VarianceRatio)
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"variance of the pre-activations, largest over smallest of the layers: {ratio:G3} at step {seen.Step}; healthy is at most {thresholds.VarianceRatio:G3}");
            Raise((seen.Time, seen.Step, seen.Epoch), (message, ratio, thresholds.VarianceRatio), weakest.Layer, alerts);
        }
    }

    private void Raise((DateTimeOffset, long Step, int) seenAt, (string, double, double) finding, int? layer, List<Alert> alerts)
    {
        if (_latch.Hold(seenAt.Step))
        {
            _latch.Raise(Name, seenAt, finding, Advice.For(Symptom.PoorInitialization), alerts, layer: layer);
        }
    }
}
