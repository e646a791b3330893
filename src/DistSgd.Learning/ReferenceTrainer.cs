using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning;

/// <summary>
/// The whole training loop on one screen: one process, one thread, no actors. It is the documentation of what a run computes,
/// and the oracle of the tests: the actor system in mode sync gives its exact bits.
/// </summary>
public static class ReferenceTrainer
{
    /// <summary>Trains to the end.</summary>
    /// <param name="task">What to train.</param>
    /// <param name="observe">Called after every step with its index and its mean gradient's norm; may be null.</param>
    /// <param name="inspect">Called before every step with its index and the parameters, to be left as they are; may be null.</param>
    /// <returns>The final parameters, in the layout of the architecture.</returns>
    public static AlignedVector Train(
        TrainingTask task, Action<long, double>? observe = null, Action<long, AlignedVector>? inspect = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ParameterLayout layout = task.Architecture.CreateLayout();
        var parameters = new AlignedVector(layout.Length);
        ParameterInitializer.Fill(layout, task.Initialization, task.Seed, parameters.Span);

        GradientTransformChain optimizer = Optimizer.Build(task.Optimizer);
        optimizer.Init(layout);
        long updates = 0;

        var tree = new GradientTree(task.Data.Shards);
        var measurement = new GradientMeasurement(layout);
        SliceGradients[] shards = [.. Enumerable.Range(0, task.Data.Shards).Select(shard => new SliceGradients(task.Architecture, task.Data, task.Encoding))];

        for (long step = 0; step < task.TotalSteps; step++)
        {
            inspect?.Invoke(step, parameters);

            // 1. Each shard computes the summed gradient of its slice of the batch.
            StepRange range = task.Batches.RangeOf(step);
            tree.Clear();
            bool everySliceIsFinite = true;
            for (int shard = 0; shard < shards.Length; shard++)
            {
                shards[shard].Assign([shard]);
                shards[shard].Compute(parameters, range);
                PartialGradient slice = shards[shard].Partials[0];
                if (slice.SliceCount == 0)
                {
                    continue; // fewer examples than shards: this one takes no part
                }

                everySliceIsFinite &= slice.Sum is not null;
                if (slice.Sum is { } sliceSum)
                {
                    tree.Add(shard, sliceSum);
                }
            }

            // 2. The slices are summed in a fixed tree, and the mean over the examples is measured.
            if (!everySliceIsFinite)
            {
                continue; // on_nonfinite: skip_step
            }

            AlignedVector sum = measurement.SumAndMeasure(tree, range.Count);
            if (!double.IsFinite(measurement.Norm))
            {
                continue;
            }

            // 3. The mean is transformed into an update and added to the parameters.
            var context = new UpdateContext(
                step, updates, task.LearningRateAt(step), task.MomentumAt(step), measurement.Norm);
            if (!optimizer.Step(context, sum, range.Count, parameters))
            {
                continue;
            }

            parameters.CopyFrom(sum); // the new parameters took the place of the sum
            updates++;
            observe?.Invoke(step, measurement.Norm);
        }

        return parameters;
    }
}
