using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization;

/// <summary>One link of the chain that turns a mean gradient into the change of the parameters, in the manner of optax.</summary>
/// <remarks>
/// A link gives, for each step, a rule for single elements; the rules of all links are carried out in one pass over memory.
/// Every vector width gives the same bits, and padding elements stay zero.
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

    /// <summary>Adds this link's rule of the step to those of the links before it.</summary>
    /// <typeparam name="TBefore">The rule of the links before.</typeparam>
    /// <param name="before">The rule of the links before.</param>
    /// <param name="pass">Has the scalars of the step, and takes the longer rule.</param>
    void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule;
}

/// <summary>The scalars of one step, decided by the server before the update.</summary>
/// <param name="Step">Index of the step, 0 for the first; it keys the gradient noise.</param>
/// <param name="UpdateCount">Updates applied before this one, skipped steps not counted: Adam's t is UpdateCount + 1.</param>
/// <param name="LearningRate">η of this step, from its schedule.</param>
/// <param name="Momentum">β of this step, from its schedule; read by <see cref="Transforms.Momentum"/> only.</param>
/// <param name="GradientNorm">Euclidean norm of the raw mean gradient over all layers, as the server measured it.</param>
/// <param name="ClipNorm">Limit of that norm beside the one of the settings; read by <see cref="Transforms.ClipByGlobalNorm"/> only.</param>
public readonly record struct UpdateContext(
    long Step, long UpdateCount, double LearningRate, double Momentum, double GradientNorm, double ClipNorm = double.PositiveInfinity);

/// <summary>A named vector of optimizer state, laid out like the parameters.</summary>
/// <param name="Name">Name in checkpoints, such as <c>momentum</c> or <c>second_moment</c>; unique within a chain.</param>
/// <param name="Values">The live state, not a copy.</param>
public sealed record OptimizerSlot(string Name, AlignedVector Values);
