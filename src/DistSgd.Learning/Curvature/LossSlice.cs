using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>The loss on a grid over a line or a plane through a point (Li et al. 2018).</summary>
/// <param name="origin">The point.</param>
/// <param name="directions">One direction for a line, two for a plane.</param>
/// <param name="axes">Coordinates along each direction, ascending.</param>
public sealed class LossSlice(AlignedVector origin, IReadOnlyList<AlignedVector> directions, IReadOnlyList<double[]> axes)
{
    /// <summary>Points of one request, so that a display moves on and an interruption is not long in coming.</summary>
    private const int PointsOfRequest = 64;

    private readonly List<double> _losses = [];

    /// <summary>Coordinates along each direction.</summary>
    public IReadOnlyList<double[]> Axes => axes;

    /// <summary>The loss at each point of the grid; the first coordinate changes fastest.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>The losses of a plane row by row: one array for each second coordinate.</summary>
    public double[][] Rows => [.. _losses.Chunk(axes[0].Length)];

    /// <summary>Number of requests that the grid takes.</summary>
    public int RequestCount => (axes.Aggregate(1, (points, axis) => points * axis.Length) + PointsOfRequest - 1) / PointsOfRequest;

    /// <summary>Evenly spaced coordinates from −reach to reach.</summary>
    /// <param name="reach">The reach.</param>
    /// <param name="points">Number of coordinates, at least 2; an odd number has 0 among them.</param>
    /// <returns>The coordinates, ascending.</returns>
    public static double[] Axis(double reach, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        return [.. Enumerable.Range(0, points).Select(i => reach * ((2.0 * i) - (points - 1)) / (points - 1))];
    }

    /// <summary>Walks over the grid.</summary>
    /// <returns>The losses that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        foreach (double[][] points in Grid().Chunk(PointsOfRequest))
        {
            var request = new LossRequest(origin, directions, points);
            yield return request;
            _losses.AddRange(request.Losses);
        }
    }

    private IEnumerable<double[]> Grid() => axes.Count == 1
        ? axes[0].Select(x => new[] { x })
        : axes[1].SelectMany(y => axes[0].Select(x => new[] { x, y }));
}
