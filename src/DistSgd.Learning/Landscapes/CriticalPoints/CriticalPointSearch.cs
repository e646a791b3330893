namespace DistSgd.Learning.Landscapes.CriticalPoints;

/// <summary>Finds the critical points in a landscape's box by Newton's method on ∇f = 0 from a grid of starts.</summary>
/// <remarks>
/// A step solves (H² + μI) d = −H∇f, which exists for a singular Hessian too (Levenberg 1944, Marquardt 1963; μ = ε‖∇f‖ vanishes at the
/// solution, so that it stays Newton's), and is halved until ‖∇f‖ falls. Points nearer to each other than a thousandth of the box are one.
/// </remarks>
public static class CriticalPointSearch
{
    /// <summary>Largest ‖∇f‖ of a point that counts as found.</summary>
    public const double GradientTolerance = 1e-9;

    private const int StartsOfOneDimension = 401;
    private const int StartsOfTwoDimensions = 48;
    private const int MostSteps = 120;
    private const int MostHalvings = 40;
    private const double Damping = 1e-8;
    private const double MergeShare = 1e-3;

    /// <summary>Searches the whole box.</summary>
    /// <param name="landscape">A landscape of one or two dimensions; more take a grid that grows exponentially.</param>
    /// <returns>The distinct critical points inside the box, lowest first, then by coordinates.</returns>
    public static IReadOnlyList<CriticalPoint> Find(Landscape landscape)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        return FindFrom(landscape, GridOf(landscape));
    }

    /// <summary>Searches from given starts.</summary>
    /// <param name="landscape">The landscape.</param>
    /// <param name="starts">The starts.</param>
    /// <returns>The distinct critical points inside the box that Newton's method reached.</returns>
    public static IReadOnlyList<CriticalPoint> FindFrom(Landscape landscape, IEnumerable<double[]> starts)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        ArgumentNullException.ThrowIfNull(starts);
        double radius = MergeShare * landscape.Domain.Max(interval => interval.Width);
        var found = new List<double[]>();
        foreach (double[] start in starts)
        {
            bool IsKnown(double[] point) => found.Exists(other => VectorMath.Distance(other, point) <= radius);
            if (Polish(landscape, start, IsKnown) is double[] point)
            {
                found.Add(point);
            }
        }

        return
        [
            .. found
                .Select(point => CriticalPointClassifier.Classify(landscape, point))
                .OrderBy(point => Rounded(point.Value))
                .ThenBy(point => Rounded(point.Point[0]))
                .ThenBy(point => Rounded(point.Point[^1])),
        ];
    }

    // Equal heights differ in their last places; rounded, they are ordered by their coordinates.
    private static double Rounded(double value) => Math.Round(value, 9) + 0.0;

    private static IEnumerable<double[]> GridOf(Landscape landscape)
    {
        int perAxis = landscape.Dimension == 1 ? StartsOfOneDimension : StartsOfTwoDimensions;
        double[][] axes = [.. landscape.Domain.Select(interval => interval.Grid(perAxis))];
        IEnumerable<double[]> points = [[]];
        foreach (double[] axis in axes)
        {
            points = points.SelectMany(point => axis.Select(coordinate => (double[])[.. point, coordinate]));
        }

        return points;
    }

    /// <summary>Follows Newton's method to its end; null if that is no critical point inside the box or a known one.</summary>
    private static double[]? Polish(Landscape landscape, double[] start, Func<double[], bool> isKnown)
    {
        double[] point = start;
        double[] gradient = landscape.Gradient(point);
        double norm = VectorMath.Norm(gradient);
        for (int step = 0; step < MostSteps && norm > 0; step++)
        {
            if (norm <= GradientTolerance && isKnown(point))
            {
                return null; // a degenerate point takes a hundred steps to its last digit: once is enough
            }

            double damping = Damping * norm;
            PrincipalCurvatures curvature = PrincipalCurvatures.Of(landscape.Hessian(point));
            double[] direction = curvature.Apply(gradient, value => -value / ((value * value) + damping));
            if (!TryShorten(landscape, ref point, ref gradient, ref norm, direction))
            {
                break;
            }

            // Far outside the box whatever is found would be thrown away.
            if (landscape.Domain.Where((interval, i) => Math.Abs(point[i] - interval.Minimum) > 3 * interval.Width).Any())
            {
                return null;
            }
        }

        double[] clean = [.. point.Select(coordinate => Math.Abs(coordinate) < 1e-12 ? 0 : coordinate)];
        return norm <= GradientTolerance && landscape.Contains(clean) && !isKnown(clean) ? clean : null;
    }

    private static bool TryShorten(Landscape landscape, ref double[] point, ref double[] gradient, ref double norm, double[] direction)
    {
        double scale = 1;
        for (int halving = 0; halving < MostHalvings; halving++, scale /= 2)
        {
            double[] next = VectorMath.Along(point, scale, direction);
            double[] nextGradient = landscape.Gradient(next);
            double nextNorm = VectorMath.Norm(nextGradient);
            if (nextNorm < norm)
            {
                (point, gradient, norm) = (next, nextGradient, nextNorm);
                return true;
            }
        }

        return false;
    }
}
