using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Noise;

/// <summary>Mean gradients of batches as a run draws them, to hold against the mean over all examples.</summary>
/// <remarks>Not for use by two threads at once.</remarks>
public sealed class BatchGradient
{
    private readonly SliceGradients _slices;
    private readonly GradientTree _tree;
    private readonly EpochSampler _sampler;

    /// <summary>Allocates the passes.</summary>
    /// <param name="task">Model and data; the batch size is chosen with each draw.</param>
    public BatchGradient(TrainingTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        _slices = new SliceGradients(task.Architecture, task.Data);
        _slices.Assign([.. Enumerable.Range(0, task.Data.Shards)]);
        _tree = new GradientTree(task.Data.Shards);
        _sampler = task.Data.CreateSampler();
    }

    /// <summary>Draws a batch and compares its gradient with that of all examples.</summary>
    /// <param name="parameters">The point.</param>
    /// <param name="gradient">The gradient of all examples.</param>
    /// <param name="batch">Examples of the batch, at most all.</param>
    /// <param name="draw">Which batch: the order of examples is that of the epoch of this number.</param>
    /// <returns>Cosine of the angle between the two, and ‖g − G‖²/‖G‖².</returns>
    public GradientQuality Measure(AlignedVector parameters, AlignedVector gradient, int batch, int draw)
    {
        _slices.Compute(parameters, new StepRange(draw, 0, batch));
        _tree.Clear();
        foreach (PartialGradient partial in _slices.Partials)
        {
            if (partial.Sum is { } sum)
            {
                _tree.Add(partial.Range.First, sum);
            }
        }

        AlignedVector mean = _tree.Sum();
        FlatVectors.Scale(mean, 1.0 / batch);
        double squared = FlatVectors.Dot(gradient, gradient);
        double product = FlatVectors.Dot(mean, gradient);
        double norm = FlatVectors.Dot(mean, mean);
        return new GradientQuality(product / Math.Sqrt(squared * norm), (norm - (2 * product) + squared) / squared);
    }
}

/// <summary>How near the gradient of a batch is to that of all examples.</summary>
/// <param name="Cosine">Cosine of the angle between them.</param>
/// <param name="RelativeVariance">‖g − G‖²/‖G‖².</param>
public readonly record struct GradientQuality(double Cosine, double RelativeVariance);
