using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>Directions of slices through the loss, and where other points lie in their plane.</summary>
public static class SliceDirections
{
    /// <summary>Part of a length that counts as rounding.</summary>
    private const double NegligiblePart = 1e-6;

    /// <summary>
    /// A random direction whose part for each unit has the norm of that unit's weights, so that slices of unlike nets can be compared;
    /// biases are left out (Li et al. 2018: for fully connected layers a filter is the weights of one unit).
    /// </summary>
    /// <param name="layout">Layout of the parameters.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="seed">Seed of the study.</param>
    /// <param name="sample">Which of the directions.</param>
    /// <returns>The direction.</returns>
    public static AlignedVector FilterNormalized(ParameterLayout layout, AlignedVector parameters, ulong seed, int sample)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(parameters);
        AlignedVector direction = FlatVectors.Normal(layout, seed, sample);
        Span<float> d = direction.Span, p = parameters.Span;
        foreach (LayerShape layer in layout.Layers)
        {
            for (int output = 0; output < layer.Outputs; output++)
            {
                double drawn = 0, wanted = 0;
                for (int input = 0; input < layer.Inputs; input++)
                {
                    int place = layer.WeightIndex(output, input);
                    drawn += (double)d[place] * d[place];
                    wanted += (double)p[place] * p[place];
                }

                float factor = drawn > 0 ? (float)Math.Sqrt(wanted / drawn) : 0;
                for (int input = 0; input < layer.Inputs; input++)
                {
                    d[layer.WeightIndex(output, input)] *= factor;
                }
            }

            layer.Bias(d).Clear();
        }

        return direction;
    }

    /// <summary>
    /// The plane that shows most of a path: towards its first point, and towards the one that lies farthest from that line.
    /// </summary>
    /// <param name="origin">Origin of the plane, usually the path's end.</param>
    /// <param name="path">The points, first to last.</param>
    /// <returns>Two orthogonal directions of norm 1; null if the points lie on one line or are fewer than two besides the origin.</returns>
    public static (AlignedVector First, AlignedVector Second)? OfPath(AlignedVector origin, IReadOnlyList<AlignedVector> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AlignedVector[] offsets = [.. path.Select(point => Offset(origin, point)).Where(offset => FlatVectors.Norm(offset) > 0)];
        if (offsets.Length < 2)
        {
            return null;
        }

        double length = offsets.Max(FlatVectors.Norm);
        AlignedVector first = offsets[0];
        FlatVectors.Scale(first, 1 / FlatVectors.Norm(first));
        foreach (AlignedVector offset in offsets[1..])
        {
            FlatVectors.Add(-FlatVectors.Dot(first, offset), first, offset);
        }

        AlignedVector second = offsets[1..].MaxBy(FlatVectors.Norm)!;
        double norm = FlatVectors.Norm(second);
        if (norm <= NegligiblePart * length)
        {
            return null;
        }

        FlatVectors.Scale(second, 1 / norm);
        return (first, second);
    }

    /// <summary>Where a point lies in the plane of two directions: its orthogonal projection.</summary>
    /// <param name="origin">Origin of the plane.</param>
    /// <param name="first">First direction.</param>
    /// <param name="second">Second direction, not parallel to the first.</param>
    /// <param name="point">The point.</param>
    /// <returns>Its coordinates, and how much of its distance from the origin lies in the plane, from 0 to 1.</returns>
    public static PlanePoint Project(AlignedVector origin, AlignedVector first, AlignedVector second, AlignedVector point)
    {
        AlignedVector offset = Offset(origin, point);
        double aa = FlatVectors.Dot(first, first), ab = FlatVectors.Dot(first, second), bb = FlatVectors.Dot(second, second);
        double a = FlatVectors.Dot(first, offset), b = FlatVectors.Dot(second, offset);
        double determinant = (aa * bb) - (ab * ab);
        if (determinant <= NegligiblePart * NegligiblePart * aa * bb)
        {
            return new PlanePoint(0, 0, 0); // a net without weights has no filter to take the size of
        }

        double x = ((a * bb) - (b * ab)) / determinant, y = ((b * aa) - (a * ab)) / determinant;
        double inPlane = (x * x * aa) + (2 * x * y * ab) + (y * y * bb), distance = FlatVectors.Dot(offset, offset);
        return new PlanePoint(x, y, distance > 0 ? Math.Sqrt(Math.Max(0, inPlane) / distance) : 1);
    }

    /// <summary>How a vector of norm 1 is spread over the layers.</summary>
    /// <param name="layout">Layout of the parameters.</param>
    /// <param name="vector">The vector.</param>
    /// <returns>The share of its squared norm in each layer, weight and bias together.</returns>
    public static double[] LayerShares(ParameterLayout layout, AlignedVector vector)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(vector);
        double total = FlatVectors.Dot(vector, vector);
        return [.. layout.Layers.Select(layer => total > 0 ? SquaredNorm(vector, layer) / total : 0)];
    }

    private static AlignedVector Offset(AlignedVector origin, AlignedVector point)
    {
        AlignedVector offset = FlatVectors.Copy(point);
        FlatVectors.Add(-1, origin, offset);
        return offset;
    }

    private static double SquaredNorm(AlignedVector vector, LayerShape layer)
    {
        Span<float> part = vector.Span.Slice(layer.WeightOffset, layer.WeightLength + layer.BiasLength);
        return Numerics.Vectors.Reductions.SumOfSquares(part);
    }
}

/// <summary>A point in a plane of slices.</summary>
/// <param name="X">Coordinate along the first direction.</param>
/// <param name="Y">Coordinate along the second direction.</param>
/// <param name="InPlane">How much of its distance from the origin lies in the plane, from 0 to 1.</param>
public readonly record struct PlanePoint(double X, double Y, double InPlane);
