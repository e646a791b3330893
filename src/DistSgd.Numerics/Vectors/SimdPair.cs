using System.Runtime.CompilerServices;

namespace DistSgd.Numerics.Vectors;

/// <summary>Two vectors side by side as one of twice the lanes: the width of a register tile that two loads a row fill.</summary>
/// <typeparam name="TVector">The vector type of each half.</typeparam>
public struct SimdPair<TVector> : ISimdVector<SimdPair<TVector>>
    where TVector : struct, ISimdVector<TVector>
{
    private TVector _lower;
    private TVector _upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SimdPair(TVector lower, TVector upper) => (_lower, _upper) = (lower, upper);

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TVector.Count;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe SimdPair<TVector> Load(float* source) => new(TVector.Load(source), TVector.Load(source + TVector.Count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe SimdPair<TVector> LoadBytes(byte* source) => new(TVector.LoadBytes(source), TVector.LoadBytes(source + TVector.Count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe void Store(float* destination)
    {
        _lower.Store(destination);
        _upper.Store(destination + TVector.Count);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe void AddTo(double* sums)
    {
        _lower.AddTo(sums);
        _upper.AddTo(sums + TVector.Count);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> Broadcast(float value) => new(TVector.Broadcast(value), TVector.Broadcast(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe SimdPair<TVector> LoadBroadcast(float* source)
    {
        TVector both = TVector.LoadBroadcast(source);
        return new(both, both);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(SimdPair<TVector> left, SimdPair<TVector> right)
    {
        (TVector lower, TVector upper) = (_lower, _upper);
        lower.AddProduct(left._lower, right._lower);
        upper.AddProduct(left._upper, right._upper);
        (_lower, _upper) = (lower, upper);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> operator +(SimdPair<TVector> left, SimdPair<TVector> right) =>
        new(left._lower + right._lower, left._upper + right._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> operator -(SimdPair<TVector> left, SimdPair<TVector> right) =>
        new(left._lower - right._lower, left._upper - right._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> operator *(SimdPair<TVector> left, SimdPair<TVector> right) =>
        new(left._lower * right._lower, left._upper * right._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> operator /(SimdPair<TVector> left, SimdPair<TVector> right) =>
        new(left._lower / right._lower, left._upper / right._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> FusedMultiplyAdd(SimdPair<TVector> left, SimdPair<TVector> right, SimdPair<TVector> addend) => new(
        TVector.FusedMultiplyAdd(left._lower, right._lower, addend._lower),
        TVector.FusedMultiplyAdd(left._upper, right._upper, addend._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> Sqrt(SimdPair<TVector> value) => new(TVector.Sqrt(value._lower), TVector.Sqrt(value._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> Abs(SimdPair<TVector> value) => new(TVector.Abs(value._lower), TVector.Abs(value._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdPair<TVector> SelectGreater(
        SimdPair<TVector> left, SimdPair<TVector> right, SimdPair<TVector> then, SimdPair<TVector> otherwise) => new(
        TVector.SelectGreater(left._lower, right._lower, then._lower, otherwise._lower),
        TVector.SelectGreater(left._upper, right._upper, then._upper, otherwise._upper));
}
