using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Reports.Charts;

namespace DistSgd.Studies.Landscapes.Charts;

/// <summary>Draws landscapes of one and two variables with the paths of descents over them.</summary>
internal static class LandscapeCharts
{
    private const int PointsOfProfile = 401;
    private const int CellsOfContour = 61;
    private const int CellsOfSurface = 41;
    private const int ArrowsPerAxis = 13;
    private const int MostPointsOfPath = 200;
    private const int MostMarks = 12;
    private const double SteepRange = 300; // above it evenly spaced lines would all stand at the rim

    /// <summary>The graph of a function of one variable.</summary>
    public static LineChart Profile(
        Landscape landscape, IReadOnlyList<CriticalPoint> marked, IReadOnlyList<(string Name, DescentRun Run)> runs)
    {
        double[] x = landscape.Domain[0].Grid(PointsOfProfile);
        return new LineChart
        {
            Title = landscape.Formula,
            Description = $"Graph of {landscape.Formula} with its critical points{(runs.Count > 0 ? " and the paths of descents" : "")}.",
            X = new Axis("x"),
            Y = new Axis("f(x)"),
            Curves =
            [
                new Curve("f", x, [.. x.Select(coordinate => landscape.Value([coordinate]))]),
                .. runs.Select(entry => OnProfile(landscape, entry.Name, entry.Run)),
            ],
            Marks = Marks(marked, point => (point.Point[0], point.Value)),
        };
    }

    /// <summary>Lines of equal height of a function of two variables, with paths over them.</summary>
    public static ContourChart Contour(
        Landscape landscape, string title, IReadOnlyList<CriticalPoint> marked, IReadOnlyList<(string Name, DescentRun Run)> runs)
    {
        GridField field = Field(landscape, CellsOfContour);
        double[] heights = [.. field.Values.SelectMany(row => row)];
        return new ContourChart
        {
            Title = title,
            Description = $"Contour lines of {landscape.Formula}, arrows downhill"
                + (runs.Count > 0 ? $", and the paths of {string.Join(", ", runs.Select(entry => entry.Name))}." : "."),
            X = AxisOf(landscape, 0),
            Y = AxisOf(landscape, 1),
            Field = field,
            ValueLabel = "f(x, y)",
            IsLogarithmic = heights.Max() - heights.Min() > SteepRange,
            Paths = [.. runs.Select(entry => OnPlane(landscape, entry.Name, entry.Run))],
            Marks = Marks(marked, point => (point.Point[0], point.Point[1])),
            Arrows = [.. Downhill(landscape)],
        };
    }

    /// <summary>A function of two variables in space.</summary>
    public static SurfaceChart Surface(Landscape landscape, IReadOnlyList<(string Name, DescentRun Run)> runs) => new()
    {
        Title = landscape.Formula,
        Description = $"Surface of {landscape.Formula}.",
        X = AxisOf(landscape, 0),
        Y = AxisOf(landscape, 1),
        Z = new Axis("f(x, y)"),
        Field = Field(landscape, CellsOfSurface),
        Paths =
        [
            .. runs.Where(entry => landscape.Contains(entry.Run.Points[0])).Select(entry => InSpace(landscape, entry.Name, entry.Run)),
        ],
    };

    /// <summary>A quantity over the steps of several runs.</summary>
    public static LineChart OverSteps(
        string title, string label, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series, bool isLogarithmic = true) => new()
        {
            Title = title,
            Description = $"{label} over the steps of {string.Join(", ", series.Select(entry => entry.Name))}.",
            X = new Axis("step"),
            Y = new Axis(label) { IsLogarithmic = isLogarithmic },
            Curves = [.. series.Select(entry => OverSteps(entry.Name, entry.Values))],
        };

    /// <summary>At most so many indices of a sequence, evenly spaced, its ends among them.</summary>
    public static int[] Thin(int count, int most = MostPointsOfPath) => count <= most
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (count - 1) / (most - 1)))];

    private static Curve OverSteps(string name, IReadOnlyList<double> values)
    {
        int[] steps = Thin(values.Count);
        return new Curve(name, [.. steps.Select(step => (double)step)], [.. steps.Select(step => values[step])]);
    }

    private static Curve OnProfile(Landscape landscape, string name, DescentRun run)
    {
        // A graph has no upper edge: its own axis grows with it.
        (double[] x, double[] y) = PathClip.Inside(
            landscape.Domain[0],
            new Interval(double.NegativeInfinity, double.PositiveInfinity),
            [.. Thin(run.Points.Count).Select(step => (run.Points[step][0], run.Values[step]))]);
        return new Curve(name, x, y) { Style = CurveStyle.LineAndMarkers };
    }

    private static Curve OnPlane(Landscape landscape, string name, DescentRun run)
    {
        (double[] x, double[] y) = PathClip.Inside(
            landscape.Domain[0],
            landscape.Domain[1],
            [.. Thin(run.Points.Count).Select(step => (run.Points[step][0], run.Points[step][1]))]);
        return new Curve(name, x, y) { Style = CurveStyle.LineAndMarkers };
    }

    private static SpaceCurve InSpace(Landscape landscape, string name, DescentRun run)
    {
        int[] steps = [.. Thin(run.Points.Count).TakeWhile(step => landscape.Contains(run.Points[step]))];
        return new SpaceCurve(
            name,
            [.. steps.Select(step => run.Points[step][0])],
            [.. steps.Select(step => run.Points[step][1])],
            [.. steps.Select(step => run.Values[step])]);
    }

    private static Mark[] Marks(IReadOnlyList<CriticalPoint> points, Func<CriticalPoint, (double X, double Y)> place) =>
    [
        .. points.Take(MostMarks).Select(point =>
        {
            (double x, double y) = place(point);
            return new Mark(x, y, LandscapeText.Kind(point.Kind));
        }),
    ];

    private static Axis AxisOf(Landscape landscape, int index) => new(LandscapeText.Coordinates(landscape.Dimension)[index])
    {
        Minimum = landscape.Domain[index].Minimum,
        Maximum = landscape.Domain[index].Maximum,
    };

    private static GridField Field(Landscape landscape, int cells)
    {
        double[] x = landscape.Domain[0].Grid(cells);
        double[] y = landscape.Domain[1].Grid(cells);
        return new GridField(x, y, [.. y.Select(ordinate => x.Select(abscissa => landscape.Value([abscissa, ordinate])).ToArray())]);
    }

    private static IEnumerable<Arrow> Downhill(Landscape landscape)
    {
        Interval horizontal = landscape.Domain[0];
        Interval vertical = landscape.Domain[1];
        double length = 0.6 * Math.Min(horizontal.Width, vertical.Width) / ArrowsPerAxis;
        for (int row = 0; row < ArrowsPerAxis; row++)
        {
            for (int column = 0; column < ArrowsPerAxis; column++)
            {
                double x = horizontal.Minimum + (horizontal.Width * (column + 0.5) / ArrowsPerAxis);
                double y = vertical.Minimum + (vertical.Width * (row + 0.5) / ArrowsPerAxis);
                double[] gradient = landscape.Gradient([x, y]);
                double norm = Math.Sqrt((gradient[0] * gradient[0]) + (gradient[1] * gradient[1]));
                if (norm > 1e-9)
                {
                    yield return new Arrow(x, y, -length * gradient[0] / norm, -length * gradient[1] / norm);
                }
            }
        }
    }
}
