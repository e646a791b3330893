using DistSgd.Learning.Models;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Training.Server;

/// <summary>Gathers the results of steps into the events that the log has of them: one for a window of steps, one for each layer.</summary>
/// <remarks>
/// Means and extremes are over the steps that changed the parameters; skipped ones are counted. A window closes when the number of completed steps is a multiple of its length, or when it is flushed.
/// Adding allocates nothing.
/// </remarks>
public sealed class StepWindowBuilder : IStepMeasure
{
    private readonly int _length;
    private readonly bool _hasAccuracy;
    private readonly LayerShape[] _layers;
    private readonly Statistic[] _weightNorms;
    private readonly Statistic[] _biasNorms;
    private readonly double[] _meanMagnitudes;
    private readonly double[] _updateNorms;
    private readonly int[] _ages = new int[StepWindow.AgesMax + 1];
    private DateTimeOffset _started;
    private Statistic _loss;
    private Statistic _gradientNorm;
    private Statistic _largestSlice;
    private double _lossSum;
    private long _examples;
    private long _correct;
    private int _count;
    private int _skipped;
    private int _clipped;
    private int _largestShard;
    private long _firstNonFinite;
    private StepResult _last;

    /// <summary>Creates an empty window.</summary>
    /// <param name="layout">The layers.</param>
    /// <param name="length">Steps of a window, at least 1.</param>
    /// <param name="hasAccuracy">True for a classifier.</param>
    public StepWindowBuilder(ParameterLayout layout, int length, bool hasAccuracy)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _length = length;
        _hasAccuracy = hasAccuracy;
        _layers = [.. layout.Layers];
        _weightNorms = new Statistic[_layers.Length];
        _biasNorms = new Statistic[_layers.Length];
        _meanMagnitudes = new double[_layers.Length];
        _updateNorms = new double[_layers.Length];
        Clear(default);
    }

    /// <summary>Number of steps in the open window.</summary>
    public int Count => _count;

    /// <summary>True if the step that is about to complete closes the window, so that its mean gradient is worth measuring.</summary>
    /// <param name="completedSteps">Number of completed steps before it.</param>
    /// <returns>True on the window's last step.</returns>
    public bool ClosesWith(long completedSteps) => (completedSteps + 1) % _length == 0;

    /// <inheritdoc/>
    public void Gradient(AlignedVector sum, int examples)
    {
        ArgumentNullException.ThrowIfNull(sum);
        foreach (LayerShape layer in _layers)
        {
            double magnitudes = GroupedSums.SumOfMagnitudes(sum.Span.Slice(layer.WeightOffset, layer.WeightLength))
                + Reductions.SumOfMagnitudes(sum.Span.Slice(layer.BiasOffset, layer.BiasLength));
            _meanMagnitudes[layer.Index] = magnitudes / examples / layer.ParameterCount;
        }
    }

    /// <inheritdoc/>
    public void Update(AlignedVector before, AlignedVector after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        foreach (LayerShape layer in _layers)
        {
            _updateNorms[layer.Index] = Math.Sqrt(GroupedSums.SquaredDistance(
                after.Span.Slice(layer.WeightOffset, layer.WeightLength), before.Span.Slice(layer.WeightOffset, layer.WeightLength)));
        }
    }

    /// <summary>Enters the age of gradients into the ledger.</summary>
    /// <param name="age">Number of updates between the parameters that they were computed at and those that they are applied to.</param>
    /// <param name="slices">Number of slices.</param>
    public void AddAges(long age, int slices) => _ages[Math.Min(age, StepWindow.AgesMax)] += slices;

    /// <summary>Adds a step.</summary>
    /// <param name="result">The step.</param>
    /// <param name="weightNorms">Norm of the weight gradient of every layer, read if the update was applied.</param>
    /// <param name="biasNorms">Norm of the bias gradient of every layer, read if the update was applied.</param>
    public void Add(in StepResult result, ReadOnlySpan<double> weightNorms, ReadOnlySpan<double> biasNorms)
    {
        _last = result;
        _count++;
        if (_firstNonFinite == 0 && (result.NonFiniteSlices > 0 || result.Outcome != StepOutcome.Applied))
        {
            _firstNonFinite = result.Step;
        }

        // In modes ssp and async the slices of a step may all be empty where a batch has fewer examples than there are shards.
        if (result.Outcome != StepOutcome.Applied || result.ExamplesKept == 0)
        {
            _skipped++;
            return;
        }

        _examples += result.ExamplesKept;
        _lossSum += result.LossSum;
        _correct += result.Correct;
        _loss.Add(result.Loss, result.Step);
        if (_largestSlice.Add(result.LargestSliceNorm, result.Step))
        {
            _largestShard = result.LargestSliceShard;
        }

        _clipped += result.Clipped ? 1 : 0;
        _gradientNorm.Add(result.GradientNorm, result.Step);
        for (int l = 0; l < _layers.Length; l++)
        {
            _weightNorms[l].Add(weightNorms[l], result.Step);
            _biasNorms[l].Add(biasNorms[l], result.Step);
        }
    }

    /// <summary>Closes the window: the step event, then a layer event for every layer. Empty windows give nothing.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="epoch">Epoch of the last step.</param>
    /// <param name="parameters">The parameters after the last step.</param>
    /// <param name="workerOf">Name of the worker that holds a shard.</param>
    /// <returns>The events, in the order in which they are to be written.</returns>
    public List<TrainingEvent> Flush(DateTimeOffset now, int epoch, AlignedVector parameters, Func<int, string> workerOf)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(workerOf);
        var events = new List<TrainingEvent>();
        if (_count == 0)
        {
            return events;
        }

        double seconds = (now - _started).TotalSeconds;
        bool sliced = _largestSlice.Count > 0;
        events.Add(new StepWindow
        {
            Time = now,
            Step = _last.Step,
            Epoch = epoch,
            FirstStep = _last.Step - _count + 1,
            Count = _count,
            Skipped = _skipped,
            Examples = _examples,
            LossMean = _lossSum / _examples,
            LossMin = _loss.Min,
            LossMax = _loss.Max,
            Accuracy = _hasAccuracy && _examples > 0 ? (double)_correct / _examples : null,
            GradientNormMean = _gradientNorm.Mean,
            GradientNormMin = _gradientNorm.Min,
            GradientNormMax = _gradientNorm.Max,
            GradientNormMaxStep = _gradientNorm.MaxStep,
            LearningRate = _last.LearningRate,
            Momentum = _last.Momentum,
            Clipped = _clipped,
            LargestSliceNorm = sliced ? _largestSlice.Max : null,
            LargestSliceWorker = sliced ? workerOf(_largestShard) : null,
            LargestSliceShard = sliced ? _largestShard : null,
            LargestSliceStep = _largestSlice.MaxStep,
            Staleness = _ages[..(1 + Array.FindLastIndex(_ages, count => count > 0))],
            FirstNonFiniteStep = _firstNonFinite == 0 ? null : _firstNonFinite,
            Seconds = seconds,
            SamplesPerSecond = seconds > 0 ? _examples / seconds : 0,
        });
        foreach (LayerShape layer in _layers)
        {
            ref readonly Statistic weight = ref _weightNorms[layer.Index];
            events.Add(new LayerWindow
            {
                Time = now,
                Layer = layer.Index,
                Step = _last.Step,
                Epoch = epoch,
                FirstStep = _last.Step - _count + 1,
                Count = _count,
                WeightGradientNormMean = weight.Mean,
                WeightGradientNormMax = weight.Max,
                WeightGradientNormMaxStep = weight.MaxStep,
                BiasGradientNormMean = _biasNorms[layer.Index].Mean,
                GradientMeanMagnitude = _meanMagnitudes[layer.Index],
                UpdateNorm = double.IsNaN(_updateNorms[layer.Index]) ? null : _updateNorms[layer.Index],
                WeightNorm = Math.Sqrt(GroupedSums.SumOfSquares(parameters.Span.Slice(layer.WeightOffset, layer.WeightLength))),
            });
        }

        Clear(now);
        return events;
    }

    /// <summary>Lets the open window begin now: time that passed between steps is not its own.</summary>
    /// <param name="now">The present time.</param>
    public void RestartClock(DateTimeOffset now) => _started = now;

    private void Clear(DateTimeOffset now)
    {
        _started = now;
        _loss = _gradientNorm = _largestSlice = default;
        _lossSum = 0;
        _examples = _correct = _firstNonFinite = 0;
        _count = _skipped = _clipped = _largestShard = 0;
        Array.Clear(_ages);
        Array.Clear(_weightNorms);
        Array.Clear(_biasNorms);

        // Not measured in a window that is flushed early, or whose last step had a slice or sum that was not finite.
        Array.Fill(_meanMagnitudes, double.NaN);
        Array.Fill(_updateNorms, double.NaN);
    }

    /// <summary>Count, mean, extremes of a quantity, and the step of its maximum; NaN while empty.</summary>
    private struct Statistic
    {
        private double _sum;
        private double _min;
        private double _max;
        private long _maxStep;

        public int Count { get; private set; }

        public readonly double Mean => _sum / Count;

        public readonly double Min => Count == 0 ? double.NaN : _min;

        public readonly double Max => Count == 0 ? double.NaN : _max;

        public readonly long? MaxStep => Count == 0 ? null : _maxStep;

        public bool Add(double value, long step)
        {
            bool isMaximum = Count == 0 || value > _max;
            if (isMaximum)
            {
                _max = value;
                _maxStep = step;
            }

            _min = Count == 0 ? value : Math.Min(_min, value);
            _sum += value;
            Count++;
            return isMaximum;
        }
    }
}
