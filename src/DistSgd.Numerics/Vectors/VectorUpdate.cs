using System.Runtime.CompilerServices;
using DistSgd.Numerics.Memory;

namespace DistSgd.Numerics.Vectors;

/// <summary>What becomes of every element of an update, lane by lane: a rule of a gradient transform with the scalars of one step.</summary>
/// <remarks>A rule is a struct, so that a chain of rules compiles to one loop without a call.</remarks>
public interface IUpdateRule
{
    /// <summary>Transforms some lanes and advances the state that belongs to them.</summary>
    /// <typeparam name="TVector">The vector type of the path.</typeparam>
    /// <param name="update">Lanes of the update, as the rules before left them.</param>
    /// <param name="parameter">The same lanes of the parameters, before the update.</param>
    /// <param name="index">Index of the first lane.</param>
    /// <returns>The transformed lanes.</returns>
    TVector Apply<TVector>(TVector update, TVector parameter, nint index)
        where TVector : struct, ISimdVector<TVector>;
}

/// <summary>Two rules, one after the other.</summary>
/// <typeparam name="TFirst">The first rule.</typeparam>
/// <typeparam name="TSecond">The second rule.</typeparam>
/// <param name="first">The first rule.</param>
/// <param name="second">The second rule, applied to what the first gives.</param>
public readonly struct Then<TFirst, TSecond>(TFirst first, TSecond second) : IUpdateRule
    where TFirst : struct, IUpdateRule
    where TSecond : struct, IUpdateRule
{
    private readonly TFirst _first = first;
    private readonly TSecond _second = second;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
        where TVector : struct, ISimdVector<TVector> =>
        _second.Apply(_first.Apply(update, parameter, index), parameter, index);
}

/// <summary>Carries a rule out over whole vectors: every element is read once and written once, whatever the rule consists of.</summary>
public static unsafe class VectorUpdate
{
    /// <summary>Applies a rule to every element and checks that what it gives is finite.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="rule">The rule with its scalars.</param>
    /// <param name="update">The update, transformed in place.</param>
    /// <param name="parameters">The parameters, of the same length; read only.</param>
    /// <returns>True if every element of the result is finite.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static bool Run<TRule>(TRule rule, AlignedVector update, AlignedVector parameters)
        where TRule : struct, IUpdateRule
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(parameters);
        if (update.Length != parameters.Length)
        {
            throw new ArgumentException($"The vectors have {update.Length} and {parameters.Length} elements; the lengths must agree.");
        }

        bool isFinite = VectorPath.Bits switch
        {
            512 => Loop<TRule, Simd512>(rule, update.Pointer, parameters.Pointer, update.Length),
            256 => Loop<TRule, Simd256>(rule, update.Pointer, parameters.Pointer, update.Length),
            _ => Loop<TRule, Simd128>(rule, update.Pointer, parameters.Pointer, update.Length),
        };
        GC.KeepAlive(update);
        GC.KeepAlive(parameters);
        return isFinite;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Loop<TRule, TVector>(TRule rule, float* update, float* parameters, nint length)
        where TRule : struct, IUpdateRule
        where TVector : struct, ISimdVector<TVector>
    {
        // 0 · x is 0 for every finite x and NaN for all others, and NaN stays.
        TVector zero = TVector.Broadcast(0);
        TVector check = zero;
        for (nint i = 0; i < length; i += TVector.Count)
        {
            TVector x = rule.Apply(TVector.Load(update + i), TVector.Load(parameters + i), i);
            x.Store(update + i);
            check = TVector.FusedMultiplyAdd(x, zero, check);
        }

        float* lanes = stackalloc float[AlignedVector.LengthMultiple];
        check.Store(lanes);
        return !new ReadOnlySpan<float>(lanes, TVector.Count).Contains(float.NaN);
    }
}
