using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Optimization;

/// <summary>One link of the chain that turns a mean gradient into the change of the parameters, in the manner of optax.</summary>
/// <remarks>
/// A chain is initialised once and then updated once a step, part by part. Element-wise work runs through
/// <see cref="Numerics.Vectors.Elementwise"/>, so every vector width gives the same bits and padding elements stay zero.
/// Scalars are computed in double precision and rounded to float once. An update allocates nothing.
/// </remarks>
public interface IGradientTransform
{
    /// <summary>What the link does, in snake_case.</summary>
    string Name { get; }

    /// <summary>The state that a checkpoint must hold, in a fixed order; empty before <see cref="Init"/>.</summary>
    /// <remarks>Continuing a run means copying saved values into the vectors of a newly initialised transform.</remarks>
    IReadOnlyList<OptimizerSlot> Slots => [];

    /// <summary>Makes the state for parameters of a layout, all zero; an earlier state is forgotten.</summary>
    /// <param name="layout">Layout of the gradients and parameters to come.</param>
    void Init(ParameterLayout layout)
    {
    }

    /// <summary>Transforms a part of an update in place and advances the state that belongs to it.</summary>
    /// <remarks>
    /// The parts of a step come in ascending order and cover the whole vector, so that a chain is carried out while a part is in the
    /// first-level cache. How a vector is cut changes no bit.
    /// </remarks>
    /// <param name="context">The scalars of this step.</param>
    /// <param name="update">Enters the chain as the mean gradient and leaves it as the change to add to the parameters.</param>
    /// <param name="parameters">The same part of the parameters before the change; their values are left as they are.</param>
    /// <param name="offset">Place of the part in the flat vector.</param>
    /// <exception cref="ArgumentException">The parts differ in length or are no multiples of 16.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part lies outside of the layout that the state was made for.</exception>
    void Update(in UpdateContext context, Span<float> update, Span<float> parameters, int offset);
}

/// <summary>The scalars of one step, decided by the server before the update.</summary>
/// <param name="Step">Index of the step, 0 for the first; it keys the gradient noise.</param>
/// <param name="UpdateCount">Updates applied before this one, skipped steps not counted: Adam's t is UpdateCount + 1.</param>
/// <param name="LearningRate">η of this step, from its schedule.</param>
/// <param name="Momentum">β of this step, from its schedule; read by <see cref="Transforms.Momentum"/> only.</param>
/// <param name="GradientNorm">Euclidean norm of the raw mean gradient over all layers, as the server measured it.</param>
public readonly record struct UpdateContext(long Step, long UpdateCount, double LearningRate, double Momentum, double GradientNorm);

/// <summary>A named vector of optimizer state, laid out like the parameters.</summary>
/// <param name="Name">Name in checkpoints, such as <c>momentum</c> or <c>second_moment</c>; unique within a chain.</param>
/// <param name="Values">The live state, not a copy.</param>
public sealed record OptimizerSlot(string Name, AlignedVector Values);
