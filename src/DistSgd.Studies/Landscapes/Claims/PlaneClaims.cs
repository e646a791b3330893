using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Claims;

/// <summary>What the tutorials state about functions of two variables.</summary>
internal static class PlaneClaims
{
    private const int PointsOfCircle = 3600;
    private const double Rounding = 1e-4; // single precision in the step, double in the heights

    public static IEnumerable<SeedClaim> Quartic()
    {
        Landscape quartic = LandscapeRegistry.Find("quartic");
        IReadOnlyList<CriticalPoint> points = CriticalPointSearch.Find(quartic);
        yield return Holds(
            "002",
            "x⁴ + y⁴ − 4xy + 1 has the critical points (0, 0), (1, 1) and (−1, −1), and no other",
            $"{points.Count} found in the box: {string.Join(", ", points.Select(point => Point(point.Point)))}",
            points.Count == 3 && Finds(points, 0, 0) && Finds(points, 1, 1) && Finds(points, -1, -1));

        double[] origin = [0, 0];
        double[] corner = [1, 1];
        double[] opposite = [-1, -1];
        yield return Holds(
            "002",
            "f is 1, −1 and −1 there",
            $"{Number(quartic.Value(origin))}, {Number(quartic.Value(corner))}, {Number(quartic.Value(opposite))}",
            quartic.Value(origin) == 1 && quartic.Value(corner) == -1 && quartic.Value(opposite) == -1);

        foreach ((double[] at, double diagonal, double[] stated, CriticalPointKind kind) in new[]
        {
            (origin, 0.0, new double[] { -4, 4 }, CriticalPointKind.Saddle),
            (corner, 12.0, [8, 16], CriticalPointKind.Minimum),
        })
        {
            double[,] hessian = quartic.Hessian(at);
            CriticalPoint point = CriticalPointClassifier.Classify(quartic, at);
            yield return Holds(
                "002",
                $"The Hessian at {Point(at)} is [[{diagonal}, −4], [−4, {diagonal}]] with the eigenvalues {stated[0]} and {stated[1]}: "
                    + $"a {Kind(kind)}",
                $"[[{hessian[0, 0]}, {hessian[0, 1]}], [{hessian[1, 0]}, {hessian[1, 1]}]], eigenvalues "
                    + $"{Number(point.Eigenvalues[0])} and {Number(point.Eigenvalues[1])}, {Kind(point.Kind)}",
                hessian[0, 0] == diagonal && hessian[1, 1] == diagonal && hessian[0, 1] == -4 && hessian[1, 0] == -4
                    && Near(point.Eigenvalues[0], stated[0], 1e-9) && Near(point.Eigenvalues[1], stated[1], 1e-9) && point.Kind == kind);
        }

        // f + 1 = (x² − y²)² + 2(xy − 1)², a sum of squares.
        double lowest = GridOf(quartic).Min(quartic.Value);
        yield return Holds(
            "002",
            "(1, 1) and (−1, −1) are global minima",
            $"f + 1 = (x² − y²)² + 2(xy − 1)² ≥ 0; the lowest of 10,201 heights in the box is {Number(lowest)}",
            lowest >= -1 && GridOf(quartic).All(point => Near(quartic.Value(point) + 1, SumOfSquares(point), 1e-9)));
        yield return Numerical(quartic, [origin, corner, opposite]);
    }

    public static IEnumerable<SeedClaim> Saddle()
    {
        Landscape saddle = LandscapeRegistry.Find("saddle");
        IReadOnlyList<CriticalPoint> points = CriticalPointSearch.Find(saddle);
        CriticalPoint origin = CriticalPointClassifier.Classify(saddle, [0, 0]);
        yield return Holds(
            "000",
            "Exercise 2: find and classify all critical points of x² − y²",
            $"{points.Count} found: {Point(points[0].Point)}, {Kind(points[0].Kind)}",
            points.Count == 1 && points[0].Kind == CriticalPointKind.Saddle);
        yield return Holds(
            "002",
            "x² − y² has a saddle at (0, 0) that looks like a minimum along x and like a maximum along y",
            $"eigenvalues {Number(origin.Eigenvalues[0])} and {Number(origin.Eigenvalues[1])}; f(±0.1, 0) = "
                + $"{Number(saddle.Value([0.1, 0]))}, "
                + $"f(0, ±0.1) = {Number(saddle.Value([0, 0.1]))}",
            origin.Kind == CriticalPointKind.Saddle && saddle.Value([0.1, 0]) > 0 && saddle.Value([-0.1, 0]) > 0
                && saddle.Value([0, 0.1]) < 0 && saddle.Value([0, -0.1]) < 0);
        yield return Holds(
            "004",
            "x² − y² has a saddle point at (0, 0): a minimum along the x-axis, a maximum along the y-axis",
            $"{Kind(origin.Kind)}, curvature {Number(saddle.Hessian([0, 0])[0, 0])} along x and {Number(saddle.Hessian([0, 0])[1, 1])} "
                + "along y",
            origin.Kind == CriticalPointKind.Saddle);
        yield return Fails(
            "003",
            "A saddle point is flat in one direction, curved in another",
            $"the curvatures at the saddle of x² − y² are {Number(origin.Eigenvalues[0])} and {Number(origin.Eigenvalues[1])}: none is 0",
            origin.Kind == CriticalPointKind.Saddle && origin.Eigenvalues.All(value => value != 0),
            "A saddle curves up in one direction and down in another; a direction without curvature makes a critical point degenerate.");
        yield return Numerical(saddle, [[0, 0]]);
    }

    public static IEnumerable<SeedClaim> MonkeySaddle()
    {
        Landscape monkey = LandscapeRegistry.Find("monkey-saddle");
        IReadOnlyList<CriticalPoint> points = CriticalPointSearch.Find(monkey);
        double[,] hessian = monkey.Hessian([0, 0]);
        yield return Holds(
            "002",
            "Exercise 1: (0, 0) is the only critical point of x³ − 3xy²; its Hessian is zero, it is degenerate",
            $"{points.Count} found: {Point(points[0].Point)}, {Kind(points[0].Kind)}",
            points.Count == 1 && points[0].Kind == CriticalPointKind.Degenerate && hessian.Cast<double>().All(element => element == 0));

        bool[] isUp = [.. Enumerable.Range(0, PointsOfCircle).Select(i => monkey.Value(OnCircle(i)) > 0)];
        int rises = isUp.Where((up, i) => up && !isUp[(i + PointsOfCircle - 1) % PointsOfCircle]).Count();
        int falls = isUp.Where((up, i) => !up && isUp[(i + PointsOfCircle - 1) % PointsOfCircle]).Count();
        yield return Holds(
            "002",
            "It is a monkey saddle: three directions go up and three down",
            $"on a circle around (0, 0) f is positive on {rises} arcs and negative on {falls}",
            rises == 3 && falls == 3);
    }

    public static IEnumerable<SeedClaim> Sphere()
    {
        (string Name, int Minima)[] convex =
        [
            .. LandscapeRegistry.All
                .Where(landscape => ConvexityCheck.Check(landscape).IsConvex)
                .Select(landscape => (landscape.Name,
                    CriticalPointSearch.Find(landscape).Count(point => point.Kind == CriticalPointKind.Minimum))),
        ];
        string measured = string.Join(", ", convex.Select(entry => $"{entry.Name} {entry.Minima}"));
        foreach (string seed in new[] { "000", "001", "002" })
        {
            yield return Holds(
                seed,
                "For convex functions every local minimum is the global minimum",
                $"minima of the convex functions here: {measured}",
                convex.Length >= 5 && convex.All(entry => entry.Minima <= 1));
        }

        yield return Fails(
            "002",
            "There's exactly one valley (summary: convex functions have a unique global minimum)",
            $"eˣ is convex and has {convex.First(entry => entry.Name == "exponential").Minima} minima",
            convex.Any(entry => entry is ("exponential", 0)),
            "Convexity forbids two separate minima, but it promises neither one nor only one: eˣ falls for ever towards −∞, a constant "
                + "is lowest everywhere.");
    }

    public static IEnumerable<SeedClaim> Rosenbrock()
    {
        // f = (1 − x)² + 100 (y − x²)² has curvatures up to L in the box that the run stays in; for η ≤ 1/L the descent lemma gives
        // f(θ) − f(θ′) ≥ η/2 ‖∇f‖², so that the least of T squared gradients is at most 2(f₀ − f*)/(ηT).
        Landscape valley = LandscapeRegistry.Find("rosenbrock");
        double steepest = GridOf(valley).Max(point => PrincipalCurvatures.Of(valley.Hessian(point)).Largest);
        double learningRate = 1 / steepest;
        DescentRun run = LandscapeDescent.Run(
            valley, [-1.2, 1],
            new DescentOptions { LearningRate = new ConstantSchedule(learningRate), MaximumSteps = 10_000, Tolerance = 0 });
        int[] horizons = [100, 1000, 10_000];
        double[] least = [.. horizons.Select(steps => run.GradientNorms.Take(steps).Min(norm => norm * norm))];
        double[] bounds = [.. horizons.Select(steps => 2 * run.Values[0] / (learningRate * steps))];
        bool everyStepFalls = run.Values.Zip(run.Values.Skip(1), (before, after) => before - after)
            .Zip(run.GradientNorms, (fall, norm) => fall >= (0.5 * learningRate * norm * norm * (1 - Rounding)) - Rounding).All(holds => holds);
        yield return Holds(
            "001",
            "On a non-convex function the least ‖∇L‖² of T steps falls at least as 1/√T",
            $"on Rosenbrock's valley with η = 1/L = 1/{steepest:F0} the least ‖∇f‖² is {string.Join(", ", least.Select(Number))} for T = "
                + $"{string.Join(", ", horizons)}, below 2(f₀ − f*)/ηT = {string.Join(", ", bounds.Select(Number))}: without noise even 1/T "
                + "bounds it",
            run.Points.All(valley.Contains) && everyStepFalls && least.Zip(bounds).All(pair => pair.First <= pair.Second));
    }

    private static SeedClaim Numerical(Landscape landscape, double[][] points)
    {
        double worst = 0;
        bool agree = true;
        foreach (double[] point in points)
        {
            double[,] exact = landscape.Hessian(point);
            double[,] numerical = NumericalDerivatives.Hessian(landscape.Value, point);
            double[] gradient = NumericalDerivatives.Gradient(landscape.Value, point);
            worst = Math.Max(worst, exact.Cast<double>().Zip(numerical.Cast<double>(), (a, b) => Math.Abs(a - b)).Max());
            agree &= CriticalPointClassifier.Classify(point, landscape.Value(point), gradient, numerical).Kind
                == CriticalPointClassifier.Classify(landscape, point).Kind;
        }

        return Holds(
            "002",
            $"classify_critical_point, with h = 10⁻⁵ and the four-point Hessian, tells the critical points of {landscape.Formula} apart",
            $"the same kinds as from exact derivatives; largest error of a second derivative {Number(worst)}",
            agree && worst < 1e-4);
    }

    private static double SumOfSquares(double[] point)
    {
        double difference = (point[0] * point[0]) - (point[1] * point[1]);
        double product = (point[0] * point[1]) - 1;
        return (difference * difference) + (2 * product * product);
    }

    private static double[] OnCircle(int index)
    {
        double angle = 2 * Math.PI * (index + 0.5) / PointsOfCircle; // never on a zero of f
        return [Math.Cos(angle), Math.Sin(angle)];
    }

    private static IEnumerable<double[]> GridOf(Landscape landscape) =>
        from y in landscape.Domain[1].Grid(101)
        from x in landscape.Domain[0].Grid(101)
        select new[] { x, y };

    private static bool Finds(IReadOnlyList<CriticalPoint> points, double x, double y) =>
        points.Any(point => Near(point.Point[0], x, 1e-6) && Near(point.Point[1], y, 1e-6));
}
