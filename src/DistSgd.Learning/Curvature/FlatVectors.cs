using System.Numerics.Tensors;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Curvature;

/// <summary>Plain algebra of flat vectors: sums in double precision, elements in single.</summary>
public static class FlatVectors
{
    /// <summary>Inner product.</summary>
    /// <param name="x">First vector.</param>
    /// <param name="y">Second vector of the same layout.</param>
    /// <returns>Σ xᵢyᵢ.</returns>
    public static double Dot(AlignedVector x, AlignedVector y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Reductions.Dot(x.Span, y.Span);
    }

    /// <summary>Euclidean norm.</summary>
    /// <param name="x">The vector.</param>
    /// <returns>‖x‖.</returns>
    public static double Norm(AlignedVector x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Math.Sqrt(Reductions.SumOfSquares(x.Span));
    }

    /// <summary>y ← y + factor · x.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="x">What is added.</param>
    /// <param name="y">What it is added to.</param>
    public static void Add(double factor, AlignedVector x, AlignedVector y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        TensorPrimitives.FusedMultiplyAdd<float>(x.Span, (float)factor, y.Span, y.Span);
    }

    /// <summary>x ← factor · x.</summary>
    /// <param name="x">The vector.</param>
    /// <param name="factor">The factor.</param>
    public static void Scale(AlignedVector x, double factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorPrimitives.Multiply<float>(x.Span, (float)factor, x.Span);
    }

    /// <summary>A copy.</summary>
    /// <param name="x">The vector.</param>
    /// <returns>A new vector with the same elements.</returns>
    public static AlignedVector Copy(AlignedVector x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var copy = new AlignedVector(x.Length);
        copy.CopyFrom(x);
        return copy;
    }

    /// <summary>A vector of independent signs, ±1, with zero padding (Rademacher).</summary>
    /// <param name="layout">Its layout.</param>
    /// <param name="seed">Seed of the study.</param>
    /// <param name="sample">Which of the vectors; equal arguments give equal vectors.</param>
    /// <returns>The vector, of norm √n.</returns>
    public static AlignedVector Signs(ParameterLayout layout, ulong seed, int sample) =>
        Draw(layout, new RandomStream(seed, StreamPurpose.CurvatureProbe, (long)Streams.Signs, sample), static random =>
            (random.NextBits() >> 63) == 0 ? 1 : -1);

    /// <summary>A vector of independent standard normal numbers, with zero padding.</summary>
    /// <param name="layout">Its layout.</param>
    /// <param name="seed">Seed of the study.</param>
    /// <param name="sample">Which of the vectors; equal arguments give equal vectors.</param>
    /// <returns>The vector.</returns>
    public static AlignedVector Normal(ParameterLayout layout, ulong seed, int sample) =>
        Draw(layout, new RandomStream(seed, StreamPurpose.CurvatureProbe, (long)Streams.Normal, sample), static random => random.NextNormal());

    private static AlignedVector Draw(ParameterLayout layout, RandomStream random, Func<RandomStream, double> next)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var vector = new AlignedVector(layout.Length);
        foreach (int place in layout.CanonicalPlaces())
        {
            vector.Span[place] = (float)next(random);
        }

        return vector;
    }

    private enum Streams
    {
        Signs,
        Normal,
    }
}
