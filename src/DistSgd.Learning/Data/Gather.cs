using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Data;

/// <summary>Collects chosen examples into the input matrix of a batch, scaled and padded.</summary>
/// <remarks>
/// The hot path between data and first layer: no allocation, bytes widened on the way. Every element is one fused
/// multiply-add on every path, tails included, so no vector width changes a bit.
/// </remarks>
public static unsafe class Gather
{
    private const int CacheLine = 64;

    /// <summary>Writes the scaled features of each chosen example to a row of the destination.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="scaler">The map of their features, of the same width.</param>
    /// <param name="indices">Indices of the chosen examples; may repeat.</param>
    /// <param name="destination">Address of the matrix [indices, <paramref name="stride"/>]; the padding of a row is set to zero.</param>
    /// <param name="stride">Floats from row to row: a multiple of 16, at least the width.</param>
    /// <exception cref="ArgumentException">The widths differ, or the stride is too small or no multiple of 16.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not that of an example; earlier rows are written by then.</exception>
    public static void Rows(Examples examples, FeatureScaler scaler, ReadOnlySpan<int> indices, float* destination, int stride)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(scaler);
        if (scaler.Width != examples.Width)
        {
            throw new ArgumentException($"The scaling is for {scaler.Width} features; the examples have {examples.Width}.", nameof(scaler));
        }

        if (stride < examples.Width || stride % AlignedVector.LengthMultiple != 0)
        {
            const int Multiple = AlignedVector.LengthMultiple;
            throw new ArgumentException(
                $"The stride {stride} is not a multiple of {Multiple} that holds {examples.Width} features.", nameof(stride));
        }

        fixed (byte* bytes = examples.Bytes)
        fixed (float* floats = examples.Floats, scale = scaler.Scale, shift = scaler.Shift)
        {
            var target = new Target(destination, stride, scale, shift);
            if (bytes is not null)
            {
                Rows(bytes, examples, indices, target);
            }
            else
            {
                Rows(floats, examples, indices, target);
            }
        }
    }

    private static void Rows<TElement>(TElement* features, Examples examples, ReadOnlySpan<int> indices, Target target)
        where TElement : unmanaged
    {
        switch (VectorPath.Bits)
        {
            case 512: Rows<TElement, Simd512>(features, examples.Count, examples.Width, indices, target); break;
            case 256: Rows<TElement, Simd256>(features, examples.Count, examples.Width, indices, target); break;
            default: Rows<TElement, Simd128>(features, examples.Count, examples.Width, indices, target); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<TElement, TVector>(TElement* features, int count, int width, ReadOnlySpan<int> indices, Target target)
        where TElement : unmanaged
        where TVector : struct, ISimdVector<TVector>
    {
        int whole = width - (width % TVector.Count);
        float* scale = target.Scale;
        float* shift = target.Shift;
        for (int r = 0; r < indices.Length; r++)
        {
            int index = indices[r];
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(indices));
            if (r + 1 < indices.Length)
            {
                Prefetch(features, indices[r + 1], width);
            }

            TElement* source = features + ((long)index * width);
            float* row = target.Matrix + ((long)r * target.Stride);
            int i = 0;
            for (; i < whole; i += TVector.Count)
            {
                TVector x = Load<TElement, TVector>(source + i);
                TVector.FusedMultiplyAdd(x, TVector.Load(scale + i), TVector.Load(shift + i)).Store(row + i);
            }

            for (; i < width; i++)
            {
                row[i] = MathF.FusedMultiplyAdd(Load(source + i), scale[i], shift[i]);
            }

            for (; i < target.Stride; i++)
            {
                row[i] = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TElement, TVector>(TElement* source)
        where TElement : unmanaged
        where TVector : struct, ISimdVector<TVector> =>
        typeof(TElement) == typeof(byte) ? TVector.LoadBytes((byte*)source) : TVector.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Load<TElement>(TElement* source)
        where TElement : unmanaged =>
        typeof(TElement) == typeof(byte) ? *(byte*)source : *(float*)source;

    /// <summary>Asks for the next row while this one is converted: chosen rows lie anywhere, which no hardware foresees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TElement>(TElement* features, int index, int width)
        where TElement : unmanaged
    {
        if (Sse.IsSupported)
        {
            byte* row = (byte*)(features + ((long)index * width));
            for (long offset = 0; offset < (long)width * sizeof(TElement); offset += CacheLine)
            {
                Sse.Prefetch0(row + offset);
            }
        }
    }

    /// <summary>Where the rows go and by which map.</summary>
    private readonly struct Target(float* matrix, int stride, float* scale, float* shift)
    {
        public readonly float* Matrix = matrix;
        public readonly int Stride = stride;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
    }
}
