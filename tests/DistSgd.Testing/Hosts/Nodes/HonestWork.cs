using DistSgd.Learning;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Testing.Hosts.Nodes;

/// <summary>Computes what a worker has to compute, for peers that are led by hand.</summary>
/// <param name="name">Name of the worker.</param>
/// <param name="task">What is trained.</param>
public sealed class HonestWork(string name, TrainingTask task)
{
    /// <summary>A vector of the run's length.</summary>
    /// <returns>Zeros.</returns>
    public AlignedVector Vector() => new(task.Architecture.CreateLayout().Length);

    /// <summary>The gradient of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shards">The shards that the worker has.</param>
    /// <returns>The gradient.</returns>
    public GradientComputed Gradient(StepStarted step, int[] shards)
    {
        ArgumentNullException.ThrowIfNull(step);
        var slices = new SliceGradients(task.Architecture, task.Data, task.Encoding);
        slices.Assign(shards);
        slices.Compute(step.Parameters, task.Batches.RangeOf(step.Step));
        return Gradient(step.Term, step.Step, slices.Partials.ToArray());
    }

    /// <summary>A gradient that nobody computed: zeros of some shards.</summary>
    /// <param name="step">The step that it claims to belong to.</param>
    /// <param name="first">First shard.</param>
    /// <param name="count">Number of shards.</param>
    /// <param name="term">Term; null for the step's.</param>
    /// <param name="later">How many steps later.</param>
    /// <returns>The gradient.</returns>
    public GradientComputed Claim(StepStarted step, int first, int count, int? term = null, int later = 0)
    {
        ArgumentNullException.ThrowIfNull(step);
        var partial = new PartialGradient(new ShardRange(first, count), Vector());
        for (int shard = first; shard < first + count; shard++)
        {
            partial.Add(new SliceStatistics { Shard = shard, Examples = 4, LossSum = 1, SquaredNorm = 1 }, isSummed: true);
        }

        return Gradient(term ?? step.Term, step.Step + later, [partial]);
    }

    private GradientComputed Gradient(int term, long step, PartialGradient[] partials) =>
        new() { Worker = new ActorId(name), Term = term, Step = step, Partials = partials };
}
