using DistSgd.Reports.Charts;

namespace DistSgd.Reports.Tests;

/// <summary>A page with every kind of chart, as a study would write it.</summary>
internal static class SamplePage
{
    private static readonly Axis X = new("x");
    private static readonly Axis Y = new("y");

    private static readonly Curve Plain = Descent("Gradient descent, learning rate 0.02", momentum: 0, (1.9, -1.2));
    private static readonly Curve Heavy = Descent("Heavy ball, learning rate 0.02, momentum 0.9", momentum: 0.9, (-0.4, 1.9));

    public static ReportPage Create() => new()
    {
        Title = "Two valleys and a saddle: x⁴ + y⁴ − 4xy + 1",
        Summary = "Both optimizers leave the saddle at the origin and end in a minimum of height −1. "
            + "At this learning rate the heavy ball swings past its minimum and needs more than twice the steps.",
        Command = "distsgd landscape two-valleys --learning-rate 0.02 --momentum 0.9 --seed 42",
        Sections =
        [
            new ReportSection("Landscape", "The two minima lie at (1, 1) and (−1, −1); between them the origin is a saddle.\n\nArrows point "
                + "the way of steepest descent.")
            {
                Charts = [Contour(), Surface()],
                Tables =
                [
                    new ReportTable(
                        "Where the paths end",
                        ["Optimizer", "Steps to 10⁻¹²", "x", "y", "Height"],
                        [["Gradient descent", "121", "1.0000", "1.0000", "−1.0000"], ["Heavy ball", "292", "−1.0000", "−1.0000", "−1.0000"]]),
                ],
            },
            new ReportSection("Loss", "The excess over the minimum falls by a constant factor a step, as theory says.") { Charts = [Loss()] },
            new ReportSection("Batch size and curvature", "Time to the target falls with the batch up to the noise scale, then no more.")
            {
                Charts = [BatchSize(), Spectrum(), Heat(), Large()],
            },
            new ReportSection("What to do", "Take a batch of 128: half of the noise scale, and 90 % of the shortest time."),
        ],
    };

    public static ContourChart Contour() => new()
    {
        Title = "Paths over the landscape",
        Description = "Lines of equal height of x⁴ + y⁴ − 4xy + 1 with two optimizers' paths; each ends in one of the two minima.",
        X = X,
        Y = Y,
        ValueLabel = "Height f(x, y)",
        Field = Grid(81),
        IsLogarithmic = true,
        Paths = [Plain, Heavy],
        Marks = [new Mark(1, 1, "minimum −1"), new Mark(-1, -1, "minimum −1"), new Mark(0, 0, "saddle")],
        Arrows = [.. from i in Enumerable.Range(0, 9) from j in Enumerable.Range(0, 9) select Downhill(-1.8 + (0.45 * i), -1.8 + (0.45 * j))],
    };

    public static SurfaceChart Surface() => new()
    {
        Title = "The same landscape",
        Description = "A basin with two deep valleys along the diagonal and a saddle between them.",
        X = X,
        Y = Y,
        Z = new Axis("f(x, y)"),
        Field = Grid(61),
        Paths = [Raise(Plain), Raise(Heavy)],
    };

    public static LineChart Loss() => new()
    {
        Title = "Excess over the minimum by step, for two optimizers and the bound that theory gives for the slower of them",
        Description = "Both curves fall along straight lines on the logarithmic axis; the heavy ball's swings as it falls.",
        X = new Axis("Step"),
        Y = new Axis("f − f*") { IsLogarithmic = true, Minimum = 1e-12 },
        Curves =
        [
            Excess(Plain),
            Excess(Heavy),
            new Curve("Bound (1 − ημ)²ᵏ", Steps(400), [.. Steps(400).Select(k => 20 * Math.Pow(1 - (0.02 * 8), k))]) { Style = CurveStyle.Dashed },
        ],
        Moments = [new Moment(1, 40, "the heavy ball turns"), new Moment(2, 40, "it comes back"), new Moment(3, 300, "nothing moves any more")],
    };

    public static LineChart BatchSize() => new()
    {
        Title = "Steps to the target",
        Description = "Steps fall in proportion to the batch size, then level off near 256.",
        X = new Axis("Batch size") { IsLogarithmic = true },
        Y = new Axis("Steps") { IsLogarithmic = true },
        Curves =
        [
            new Curve("Measured, five seeds", [8, 16, 32, 64, 128, 256, 512, 1024], [4100, 2150, 1190, 640, 390, 265, 198, 171])
            {
                Style = CurveStyle.LineAndMarkers,
                Errors = [400, 180, 90, 40, 25, 20, 14, 16],
            },
            new Curve("Perfect scaling", [8, 1024], [4100, 32]) { Style = CurveStyle.Dashed },
        ],
        Marks = [new Mark(203, 300, "noise scale 203")],
    };

    public static LineChart Spectrum() => new()
    {
        Title = "Spectrum of the Hessian",
        Description = "Ten large eigenvalues, one for each class, stand apart from a bulk around zero.",
        X = new Axis("Index"),
        Y = new Axis("Eigenvalue"),
        Curves =
        [
            new Curve("After training", Steps(30), [.. Steps(30).Select(k => k < 10 ? 42 * Math.Exp(-k / 5) : 2.5 - (k / 9))])
            {
                Style = CurveStyle.Markers,
            },
            new Curve("At the start", Steps(30), [.. Steps(30).Select(k => k == 12 ? double.NaN : 6 * Math.Exp(-k / 9))])
            {
                Style = CurveStyle.Markers,
                Errors = [.. Steps(30).Select(k => 0.4 + (0.01 * k))],
            },
        ],
    };

    public static HeatMap Heat() => new()
    {
        Title = "Test accuracy",
        Description = "Accuracy over learning rate and batch size: best along a diagonal.",
        X = new Axis("log₂ batch size"),
        Y = new Axis("log₁₀ learning rate"),
        ValueLabel = "Accuracy",
        Field = new GridField(
            [4, 5, 6, 7, 8, 9, 10],
            [-3, -2.5, -2, -1.5, -1, -0.5],
            [.. Enumerable.Range(0, 6).Select(row => (IReadOnlyList<double>)[.. Enumerable.Range(0, 7).Select(column =>
                row == 5 && column < 2 ? double.NaN : 0.981 - (0.004 * Math.Pow((column * 0.6) - row + 1, 2)))])]),
        Moments = [new Moment(1, 7, "the noise scale")],
    };

    public static LineChart Large(int points = 12_000) => new()
    {
        Title = "Gradient norm of every step",
        Description = "The norm falls from 3 to 0.4 while its noise stays in proportion.",
        X = new Axis("Step"),
        Y = new Axis("Gradient norm"),
        Curves =
        [
            new Curve("All layers", Steps(points), [.. Steps(points).Select(k => Noisy(k, 0.4, 2.6, 2500))]),
            new Curve("Last layer", Steps(points), [.. Steps(points).Select(k => Noisy(k, 0.2, 1, 1500))]),
        ],
    };

    public static IReadOnlyList<double> Steps(int count) => [.. Enumerable.Range(0, count).Select(i => (double)i)];

    private static double Noisy(double step, double floor, double start, double decay) =>
        (floor + (start * Math.Exp(-step / decay))) * (1 + (0.25 * Math.Sin(step * step)));

    private static double Height(double x, double y) => Math.Pow(x, 4) + Math.Pow(y, 4) - (4 * x * y) + 1;

    private static (double X, double Y) Gradient(double x, double y) => ((4 * x * x * x) - (4 * y), (4 * y * y * y) - (4 * x));

    private static GridField Grid(int count)
    {
        double[] axis = [.. Enumerable.Range(0, count).Select(i => -2 + (4.0 * i / (count - 1)))];
        return new GridField(axis, axis, [.. axis.Select(y => (IReadOnlyList<double>)[.. axis.Select(x => Height(x, y))])]);
    }

    private static Arrow Downhill(double x, double y)
    {
        (double dx, double dy) = Gradient(x, y);
        double scale = 0.22 / Math.Max(1e-9, Math.Sqrt((dx * dx) + (dy * dy)));
        return new Arrow(x, y, -dx * scale, -dy * scale);
    }

    private static Curve Descent(string name, double momentum, (double X, double Y) start)
    {
        const int Length = 400;
        const double Rate = 0.02;
        (double x, double y, double vx, double vy) = (start.X, start.Y, 0, 0);
        List<double> xs = [x], ys = [y];
        for (int step = 1; step < Length; step++)
        {
            (double gx, double gy) = Gradient(x, y);
            (vx, vy) = ((momentum * vx) + gx, (momentum * vy) + gy);
            (x, y) = (x - (Rate * vx), y - (Rate * vy));
            xs.Add(x);
            ys.Add(y);
        }

        return new Curve(name, xs, ys);
    }

    private static Curve Excess(Curve path) => new(path.Name, Steps(path.X.Count), [.. path.X.Zip(path.Y, (x, y) => Height(x, y) + 1)]);

    private static SpaceCurve Raise(Curve path) => new(path.Name, path.X, path.Y, [.. path.X.Zip(path.Y, (x, y) => Height(x, y) + 0.15)]);
}
