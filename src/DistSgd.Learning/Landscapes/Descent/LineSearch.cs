namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>Finds how far to go along a direction of descent.</summary>
/// <remarks>
/// The weak Wolfe conditions by bisection (Lewis and Overton 2013): the height falls by at least c₁ of what the slope promises, and the
/// slope has flattened to c₂ of what it was, so that the change of the gradient tells about curvature.
/// </remarks>
internal static class LineSearch
{
    private const double SufficientDecrease = 1e-4; // c₁, Nocedal and Wright 3.1
    private const double Flattening = 0.9; // c₂
    private const int MostTrials = 60;

    /// <summary>The next point along a direction; null if no trial was lower.</summary>
    public static double[]? Along(Landscape landscape, double[] point, double[] gradient, double[] direction)
    {
        double height = landscape.Value(point);
        double slope = VectorMath.Dot(gradient, direction);
        if (!(slope < 0))
        {
            return null;
        }

        double tooShort = 0;
        double tooLong = double.PositiveInfinity;
        double length = 1; // Newton's own; near a minimum the first trial holds
        double[]? lower = null;
        for (int trial = 0; trial < MostTrials; trial++)
        {
            double[] next = VectorMath.Along(point, length, direction);
            double nextHeight = landscape.Value(next);
            if (!(nextHeight <= height + (SufficientDecrease * length * slope)) || !VectorMath.IsFinite(next))
            {
                tooLong = length;
            }
            else
            {
                lower = next;
                if (VectorMath.Dot(landscape.Gradient(next), direction) >= Flattening * slope)
                {
                    return next;
                }

                tooShort = length;
            }

            length = double.IsInfinity(tooLong) ? 2 * length : (tooShort + tooLong) / 2;
        }

        return lower; // going down without end, or the end of double precision
    }
}
