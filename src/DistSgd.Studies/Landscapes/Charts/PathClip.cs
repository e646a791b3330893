using DistSgd.Learning.Landscapes;

namespace DistSgd.Studies.Landscapes.Charts;

/// <summary>Cuts a path at the edge of a box, so that it neither stretches the axes nor jumps over what lies outside.</summary>
internal static class PathClip
{
    /// <summary>The parts of a path inside a box.</summary>
    /// <param name="horizontal">The box, from left to right.</param>
    /// <param name="vertical">The box, from bottom to top; may be without end.</param>
    /// <param name="points">The points of the path, all finite.</param>
    /// <returns>The points inside, those where the path crosses the edge, and NaN between parts; never empty.</returns>
    public static (double[] X, double[] Y) Inside(Interval horizontal, Interval vertical, IReadOnlyList<(double X, double Y)> points)
    {
        var clipped = new List<(double X, double Y)>();
        for (int i = 0; i < points.Count; i++)
        {
            if (horizontal.Contains(points[i].X) && vertical.Contains(points[i].Y))
            {
                clipped.Add(points[i]);
            }

            if (i + 1 < points.Count)
            {
                AddCrossings(clipped, horizontal, vertical, points[i], points[i + 1]);
            }
        }

        return clipped.Count == 0
            ? ([double.NaN], [double.NaN])
            : ([.. clipped.Select(point => point.X)], [.. clipped.Select(point => point.Y)]);
    }

    private static void AddCrossings(
        List<(double X, double Y)> clipped, Interval horizontal, Interval vertical, (double X, double Y) from, (double X, double Y) to)
    {
        (double first, double last) = Intersect(Part(horizontal, from.X, to.X), Part(vertical, from.Y, to.Y));
        if (!(first < last))
        {
            return;
        }

        (double X, double Y) At(double part) => (from.X + (part * (to.X - from.X)), from.Y + (part * (to.Y - from.Y)));
        if (first > 0)
        {
            if (clipped.Count > 0)
            {
                clipped.Add((double.NaN, double.NaN));
            }

            clipped.Add(At(first));
        }

        if (last < 1)
        {
            clipped.Add(At(last));
        }
    }

    // The part of a step, from 0 to 1, in which one coordinate lies inside (Liang and Barsky 1984).
    private static (double First, double Last) Part(Interval interval, double from, double to)
    {
        if (from == to)
        {
            return interval.Contains(from) ? (0, 1) : (1, 0);
        }

        double toMinimum = (interval.Minimum - from) / (to - from);
        double toMaximum = (interval.Maximum - from) / (to - from);
        return Intersect((0, 1), (Math.Min(toMinimum, toMaximum), Math.Max(toMinimum, toMaximum)));
    }

    private static (double First, double Last) Intersect((double First, double Last) a, (double First, double Last) b) =>
        (Math.Max(a.First, b.First), Math.Min(a.Last, b.Last));
}
