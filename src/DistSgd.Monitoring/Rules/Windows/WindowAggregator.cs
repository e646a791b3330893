using System.Diagnostics.CodeAnalysis;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>Turns the events of a log into windows over at least a given number of examples.</summary>
internal sealed class WindowAggregator
{
    private readonly int _minExamples;
    private readonly WindowAssembler _assembler = new();
    private LayerSums[] _layers = [];
    private TrainingEvent? _lastEvent;
    private AggregatedWindow? _lastAggregate;
    private LayeredWindow _first;
    private StepWindow? _largestSlice;
    private long _steps;
    private long _examples;
    private double _loss;
    private double _lossMax;
    private double _norm;
    private double _normMax;
    private long _normMaxStep;
    private double _correct;

    public WindowAggregator(int minExamples) => _minExamples = minExamples;

    /// <summary>Examples of a window at least.</summary>
    public int MinExamples => _minExamples;

    /// <summary>Takes the next event of the log.</summary>
    /// <param name="trainingEvent">The event.</param>
    /// <param name="aggregate">The window that this event completes.</param>
    /// <returns>Whether it completes one.</returns>
    public bool TryAggregate(TrainingEvent trainingEvent, [NotNullWhen(true)] out AggregatedWindow? aggregate)
    {
        // Rules that share the windows show each event in turn.
        if (!ReferenceEquals(trainingEvent, _lastEvent))
        {
            _lastEvent = trainingEvent;
            _lastAggregate = Aggregate(trainingEvent, out AggregatedWindow? completed) ? completed : null;
        }

        aggregate = _lastAggregate;
        return aggregate is not null;
    }

    private bool Aggregate(TrainingEvent trainingEvent, [NotNullWhen(true)] out AggregatedWindow? aggregate)
    {
        aggregate = null;
        if (!_assembler.TryComplete(trainingEvent, out LayeredWindow window) || window.Step.Count <= window.Step.Skipped)
        {
            return false;
        }

        if (_steps == 0)
        {
            Restart(window);
        }

        Add(window);
        if (_examples < _minExamples)
        {
            return false;
        }

        aggregate = Complete(window.Step);
        _steps = 0;
        return true;
    }

    private void Restart(LayeredWindow window)
    {
        _first = window;
        _layers = new LayerSums[window.Layers.Count];
        _largestSlice = null;
        _examples = 0;
        _loss = 0;
        _lossMax = double.NegativeInfinity;
        _norm = 0;
        _normMax = double.NegativeInfinity;
        _normMaxStep = window.Step.Step;
        _correct = 0;
    }

    private void Add(LayeredWindow window)
    {
        StepWindow step = window.Step;
        int applied = step.Count - step.Skipped;
        _steps += applied;
        _examples += step.Examples;
        _loss += step.LossMean * applied;
        _lossMax = Math.Max(_lossMax, step.LossMax);
        _norm += step.GradientNormMean * applied;
        _correct += (step.Accuracy ?? 0) * step.Examples;
        if (step.GradientNormMax > _normMax)
        {
            _normMax = step.GradientNormMax;
            _normMaxStep = step.GradientNormMaxStep ?? step.Step;
        }

        if (step.LargestSliceNorm is { } sliceNorm && !(sliceNorm <= _largestSlice?.LargestSliceNorm))
        {
            _largestSlice = step;
        }

        double batch = (double)step.Examples / applied;
        for (int l = 0; l < Math.Min(_layers.Length, window.Layers.Count); l++)
        {
            _layers[l].Add(window.Layers[l], applied, batch);
        }
    }

    private AggregatedWindow Complete(StepWindow last) => new()
    {
        Time = last.Time,
        FirstStep = _first.Step.FirstStep,
        Step = last.Step,
        Epoch = last.Epoch,
        AppliedSteps = _steps,
        Examples = _examples,
        Loss = _loss / _steps,
        LossMax = _lossMax,
        LearningRate = last.LearningRate,
        Accuracy = last.Accuracy is null ? null : _correct / _examples,
        GradientNormMean = _norm / _steps,
        GradientNormMax = _normMax,
        GradientNormMaxStep = _normMaxStep,
        LargestSliceWorker = _largestSlice?.LargestSliceWorker,
        LargestSliceShard = _largestSlice?.LargestSliceShard,
        Layers = [.. _layers.Select(layer => layer.Mean(_steps))],
    };

    private struct LayerSums
    {
        private double _norm;
        private double _normMax;
        private double _magnitude;
        private double _magnitudeExamples;
        private double _weightNorm;
        private double _updateNorm;

        public void Add(LayerWindow layer, int applied, double batch)
        {
            _norm += layer.WeightGradientNormMean * applied;
            _weightNorm = layer.WeightNorm;
            _updateNorm = layer.UpdateNorm ?? double.NaN;
            _normMax = Math.Max(_normMax, layer.WeightGradientNormMax);

            // Not a number when the step it would have been measured in was skipped.
            if (!double.IsNaN(layer.GradientMeanMagnitude))
            {
                _magnitude += layer.GradientMeanMagnitude * batch;
                _magnitudeExamples += batch;
            }
        }

        public readonly AggregatedLayer Mean(long steps) => new(_norm / steps, _normMax, _magnitude, _magnitudeExamples, _weightNorm, _updateNorm);
    }
}
