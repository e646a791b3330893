namespace DistSgd.Numerics.Vectors;

/// <summary>
/// One hardware vector of floats, so that a kernel is written once and compiled for 512, 256 and 128 bits.
/// </summary>
/// <remarks>
/// Every operation acts on each lane alone and is correctly rounded (IEEE 754), so the lanes of the three widths agree to the bit.
/// Operations across lanes are left out on purpose: their order would depend on the width. See <see cref="Reductions"/>.
/// </remarks>
/// <typeparam name="TSelf">The implementing vector type.</typeparam>
public interface ISimdVector<TSelf>
    where TSelf : struct, ISimdVector<TSelf>
{
    /// <summary>Number of lanes: 16, 8 or 4, or twice as many for a <see cref="SimdPair{TVector}"/>.</summary>
    static abstract int Count { get; }

    /// <summary>Loads <see cref="Count"/> consecutive floats.</summary>
    /// <param name="source">Address of the first; no alignment needed.</param>
    /// <returns>The vector.</returns>
    static abstract unsafe TSelf Load(float* source);

    /// <summary>Loads <see cref="Count"/> consecutive bytes and widens them to floats, which is exact.</summary>
    /// <param name="source">Address of the first; no alignment needed. Not a byte beyond the last is read.</param>
    /// <returns>The vector, every lane a whole number from 0 to 255.</returns>
    static abstract unsafe TSelf LoadBytes(byte* source);

    /// <summary>Stores the lanes to consecutive floats.</summary>
    /// <param name="destination">Address of the first; no alignment needed.</param>
    unsafe void Store(float* destination);

    /// <summary>Adds the lanes, widened to double precision, to consecutive doubles.</summary>
    /// <param name="sums">Address of the sum of the first lane; no alignment needed.</param>
    unsafe void AddTo(double* sums);

    /// <summary>A vector with the same value in every lane.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The vector.</returns>
    static abstract TSelf Broadcast(float value);

    /// <summary>A vector with one float from memory in every lane.</summary>
    /// <param name="source">Address of the float.</param>
    /// <returns>The vector.</returns>
    static abstract unsafe TSelf LoadBroadcast(float* source);

    /// <summary>Adds <paramref name="left"/> · <paramref name="right"/> to this vector with one rounding.</summary>
    /// <param name="left">First factor.</param>
    /// <param name="right">Second factor.</param>
    /// <remarks>In place, so that the compiler keeps an accumulator in one register.</remarks>
    void AddProduct(TSelf left, TSelf right);

    /// <summary>Sum, lane by lane.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Difference, lane by lane.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Product, lane by lane.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Quotient, lane by lane.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary><paramref name="left"/> · <paramref name="right"/> + <paramref name="addend"/> with one rounding.</summary>
    /// <param name="left">First factor.</param>
    /// <param name="right">Second factor.</param>
    /// <param name="addend">The addend.</param>
    /// <returns>The fused result, lane by lane.</returns>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>Square root, lane by lane.</summary>
    /// <param name="value">The operand.</param>
    /// <returns>The root.</returns>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Absolute value, lane by lane.</summary>
    /// <param name="value">The operand.</param>
    /// <returns>The value without its sign.</returns>
    static abstract TSelf Abs(TSelf value);

    /// <summary>Chooses lane by lane: <paramref name="then"/> where left &gt; right, <paramref name="otherwise"/> elsewhere, also where either is NaN.</summary>
    /// <param name="left">Left side of the comparison.</param>
    /// <param name="right">Right side of the comparison.</param>
    /// <param name="then">Lanes taken where the comparison holds.</param>
    /// <param name="otherwise">Lanes taken where it does not.</param>
    /// <returns>The chosen lanes.</returns>
    static abstract TSelf SelectGreater(TSelf left, TSelf right, TSelf then, TSelf otherwise);
}
