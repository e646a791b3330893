using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>A rule about the share of a layer's units that respond as they should not.</summary>
public abstract class ActivationRule : IRule
{
    private readonly Symptom _symptom;
    private readonly double _largestShare;
    private readonly Dictionary<int, AlertLatch> _latches = [];
    private RunSetup _setup = RunSetup.Unknown;

    private protected ActivationRule(Symptom symptom, double largestShare)
    {
        _symptom = symptom;
        _largestShare = largestShare;
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _setup = RunSetup.Of(started);
                break;
            case ActivationMeasurement measured when Share(measured) is { } share:
                Judge(measured, share, alerts);
                break;
        }
    }

    /// <summary>The share in question; null if there is none in such a layer.</summary>
    private protected abstract double? Share(ActivationMeasurement measured);

    /// <summary>What the share is of, in words.</summary>
    private protected abstract string Quantity { get; }

    private void Judge(ActivationMeasurement measured, double share, List<Alert> alerts)
    {
        if (!_latches.TryGetValue(measured.Layer, out AlertLatch? latch))
        {
            _latches[measured.Layer] = latch = new AlertLatch();
        }

        if (share <= _largestShare)
        {
            latch.Release(measured.Time, measured.Step, measured.Epoch, alerts);
        }
        else if (latch.Hold(measured.Step))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"{Quantity} of layer {measured.Layer}: {share:P0} at step {measured.Step}, over {measured.Examples} examples; healthy is at most {_largestShare:P0}");
            latch.Raise(
                Name,
                (measured.Time, measured.Step, measured.Epoch),
                (message, share, _largestShare),
                Advice.For(_symptom, _setup),
                alerts,
                layer: measured.Layer);
        }
    }
}
