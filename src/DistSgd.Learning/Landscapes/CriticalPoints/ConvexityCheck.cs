using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Landscapes.CriticalPoints;

/// <summary>Looks for a place where a landscape is not convex: a negative curvature on a grid, a chord below the graph.</summary>
/// <remarks>A counterexample proves that a function is not convex; that none was found on the box is evidence, not proof.</remarks>
public static class ConvexityCheck
{
    private const int GridOfOneDimension = 1001;
    private const int GridOfMore = 61;
    private const int Segments = 2000;
    private const double Tolerance = 1e-9;

    /// <summary>Checks a landscape on its box.</summary>
    /// <param name="landscape">The landscape.</param>
    /// <param name="seed">Seed of the random segments.</param>
    /// <returns>The verdict with its counterexamples.</returns>
    public static ConvexityResult Check(Landscape landscape, ulong seed = 42)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        (double[] point, double smallest) = LowestCurvature(landscape);
        JensenViolation? violation = WorstSegment(landscape, seed);
        return new ConvexityResult(smallest >= -Tolerance && violation is null, smallest, point, violation);
    }

    private static (double[] Point, double Eigenvalue) LowestCurvature(Landscape landscape)
    {
        double[][] axes =
            [.. landscape.Domain.Select(interval => interval.Grid(landscape.Dimension == 1 ? GridOfOneDimension : GridOfMore))];
        var index = new int[axes.Length];
        double[] lowest = [];
        double eigenvalue = double.PositiveInfinity;
        int axis;
        do
        {
            double[] point = [.. axes.Select((coordinates, i) => coordinates[index[i]])];
            double smallest = PrincipalCurvatures.Of(landscape.Hessian(point)).Smallest;
            if (smallest < eigenvalue)
            {
                (lowest, eigenvalue) = (point, smallest);
            }

            // Counts through the grid like an odometer.
            for (axis = 0; axis < axes.Length && ++index[axis] == axes[axis].Length; axis++)
            {
                index[axis] = 0;
            }
        }
        while (axis < axes.Length);

        return (lowest, eigenvalue);
    }

    private static JensenViolation? WorstSegment(Landscape landscape, ulong seed)
    {
        var stream = new RandomStream(seed, StreamPurpose.Landscape, first: -1);
        JensenViolation? worst = null;
        for (int segment = 0; segment < Segments; segment++)
        {
            double[] from = RandomPoint(landscape, stream);
            double[] to = RandomPoint(landscape, stream);
            double share = stream.NextDouble();
            double[] between = [.. from.Select((coordinate, i) => (share * coordinate) + ((1 - share) * to[i]))];
            double chord = (share * landscape.Value(from)) + ((1 - share) * landscape.Value(to));
            double graph = landscape.Value(between);
            if (graph - chord > Math.Max(Tolerance * Math.Max(Math.Abs(chord), 1), worst?.Excess ?? 0))
            {
                worst = new JensenViolation(from, to, share, graph, chord);
            }
        }

        return worst;
    }

    private static double[] RandomPoint(Landscape landscape, RandomStream stream) =>
        [.. landscape.Domain.Select(interval => interval.Minimum + (interval.Width * stream.NextDouble()))];
}

/// <summary>Whether a landscape is convex on its box.</summary>
/// <param name="IsConvex">True if no counterexample was found.</param>
/// <param name="SmallestEigenvalue">The lowest curvature on the grid; above 0 the function is strictly convex there.</param>
/// <param name="SmallestAt">Where it was found.</param>
/// <param name="Violation">The chord that lies farthest below the graph; null if none does.</param>
public sealed record ConvexityResult(
    bool IsConvex, double SmallestEigenvalue, IReadOnlyList<double> SmallestAt, JensenViolation? Violation);

/// <summary>A segment on which f(λx + (1 − λ)y) ≤ λf(x) + (1 − λ)f(y) fails.</summary>
/// <param name="From">x.</param>
/// <param name="To">y.</param>
/// <param name="Share">λ.</param>
/// <param name="Graph">f(λx + (1 − λ)y).</param>
/// <param name="Chord">λf(x) + (1 − λ)f(y).</param>
public sealed record JensenViolation(IReadOnlyList<double> From, IReadOnlyList<double> To, double Share, double Graph, double Chord)
{
    /// <summary>How far the graph lies above the chord.</summary>
    public double Excess => Graph - Chord;
}
