using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;
using DistSgd.Training.Actors;

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
    private readonly WindowStatistic[] _weightNorms;
    private readonly WindowStatistic[] _biasNorms;
    private readonly double[] _meanMagnitudes;
    private readonly double[] _updateNorms;
    private readonly ShardNorms _shards;
    private readonly int[] _ages = new int[StepWindow.AgesMax + 1];
    private DateTimeOffset _started;
    private WindowStatistic _loss;
    private WindowStatistic _gradientNorm;
    private WindowStatistic _largestSlice;
    private double _lossSum;
    private long _examples;
    private long _correct;
    private int _count;
    private int _skipped;
    private int _clipped;
    private int _largestShard;
    private long _firstNonFinite;
    private StepResult _last;
    private IActorContext? _clock;
    private DateTimeOffset _phase;
    private double? _reduceSeconds;
    private double? _updateSeconds;

    /// <summary>Creates an empty window.</summary>
    /// <param name="layout">The layers.</param>
    /// <param name="length">Steps of a window, at least 1.</param>
    /// <param name="hasAccuracy">True for a classifier.</param>
    /// <param name="shards">Number of shards.</param>
    public StepWindowBuilder(ParameterLayout layout, int length, bool hasAccuracy, int shards)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _length = length;
        _hasAccuracy = hasAccuracy;
        _shards = new ShardNorms(shards);
        _layers = [.. layout.Layers];
        _weightNorms = new WindowStatistic[_layers.Length];
        _biasNorms = new WindowStatistic[_layers.Length];
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

    /// <summary>This as the measure of the step that begins now: it takes the time of its phases too.</summary>
    /// <param name="clock">Has the time.</param>
    /// <returns>The measure.</returns>
    internal IStepMeasure Timed(IActorContext clock)
    {
        _clock = clock;
        _phase = clock.Now;
        return this;
    }

    /// <inheritdoc/>
    public void Gradient(AlignedVector sum, int examples)
    {
        ArgumentNullException.ThrowIfNull(sum);
        _reduceSeconds = SecondsOfPhase();
        foreach (LayerShape layer in _layers)
        {
            double magnitudes = GroupedSums.SumOfMagnitudes(sum.Span.Slice(layer.WeightOffset, layer.WeightLength))
                + Reductions.SumOfMagnitudes(sum.Span.Slice(layer.BiasOffset, layer.BiasLength));
            _meanMagnitudes[layer.Index] = magnitudes / examples / layer.ParameterCount;
        }

        SecondsOfPhase(); // what was measured here is not part of the step
    }

    /// <inheritdoc/>
    public void Update(AlignedVector before, AlignedVector after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        _updateSeconds = SecondsOfPhase();
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

    /// <summary>Adds the slices of a step, or some of them.</summary>
    /// <param name="partials">The slices.</param>
    /// <param name="step">Index of the step that their examples are of.</param>
    public void AddSlices(ReadOnlySpan<PartialGradient> partials, long step) => _shards.Add(partials, step);

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
    /// <param name="server">The parameters after the last step, and the examples of slices.</param>
    /// <param name="workerOf">Name of the worker that holds a shard.</param>
    /// <returns>The events, in the order in which they are to be written.</returns>
    public List<TrainingEvent> Flush(DateTimeOffset now, ParameterServer server, Func<int, string> workerOf)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(workerOf);
        var events = new List<TrainingEvent>();
        if (_count == 0)
        {
            return events;
        }

        double seconds = (now - _started).TotalSeconds;
        bool sliced = _largestSlice.Count > 0;
        var largest = _shards.Largest();
        bool standsOut = largest is { } l && l.Norm > StepWindow.OutlierFactor * l.Others;
        AlignedVector parameters = server.Parameters;
        int epoch = server.Epoch;
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
            LargestShard = largest?.Shard,
            LargestShardNorm = largest?.Norm,
            OtherShardsNorm = largest?.Others,
            LargestShardWorker = largest is { } of ? workerOf(of.Shard) : null,
            LargestShardExamples = standsOut ? server.ExamplesOf(largest!.Value.LastStep, largest.Value.Shard).ToArray() : null,
            Staleness = _ages[..(1 + Array.FindLastIndex(_ages, count => count > 0))],
            FirstNonFiniteStep = _firstNonFinite == 0 ? null : _firstNonFinite,
            ReduceSeconds = _reduceSeconds,
            UpdateSeconds = _updateSeconds,
            Seconds = seconds,
            SamplesPerSecond = seconds > 0 ? _examples / seconds : 0,
        });
        foreach (LayerShape layer in _layers)
        {
            ref readonly WindowStatistic weight = ref _weightNorms[layer.Index];
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
        _reduceSeconds = _updateSeconds = null;
        _shards.Clear();
        Array.Clear(_ages);
        Array.Clear(_weightNorms);
        Array.Clear(_biasNorms);

        // Not measured in a window that is flushed early, or whose last step had a slice or sum that was not finite.
        Array.Fill(_meanMagnitudes, double.NaN);
        Array.Fill(_updateNorms, double.NaN);
    }

    private double? SecondsOfPhase()
    {
        if (_clock is null)
        {
            return null;
        }

        DateTimeOffset began = _phase;
        _phase = _clock.Now;
        return Math.Max(0, (_phase - began).TotalSeconds);
    }
}
