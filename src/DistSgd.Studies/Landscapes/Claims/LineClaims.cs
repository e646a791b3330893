using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Claims;

/// <summary>What the tutorials state about functions of one variable.</summary>
internal static class LineClaims
{
    public static IEnumerable<SeedClaim> Exponential()
    {
        Landscape exponential = LandscapeRegistry.Find("exponential");
        ConvexityResult convexity = ConvexityCheck.Check(exponential);
        yield return Holds(
            "002",
            "Exercise 2: eˣ is strictly convex",
            $"f″ = eˣ; smallest value in the box {Number(convexity.SmallestEigenvalue)}, no chord below the graph among 2,000",
            convexity.IsConvex && convexity.SmallestEigenvalue > 0);

        const double LearningRate = 0.1;
        DescentRun run = LandscapeDescent.Run(
            exponential, [0],
            new DescentOptions { LearningRate = new ConstantSchedule(LearningRate), MaximumSteps = 10_000, Tolerance = 0 });
        int[] horizons = [100, 1000, 10_000];
        double[] scaled = [.. horizons.Select(steps => steps * run.Values[steps])];
        yield return Holds(
            "001",
            "For convex functions L(θ_T) − L* ≤ O(1/T)",
            $"T · (f − inf f) of eˣ at η = {LearningRate} is {string.Join(", ", scaled.Select(Number))} for T = "
                + $"{string.Join(", ", horizons)}: "
                + $"it tends to 1/η = {1 / LearningRate}, so 1/T is the exact speed",
            scaled[0] < scaled[1] && scaled[1] < scaled[2] && scaled[2] < 1 / LearningRate && Near(scaled[2], 1 / LearningRate, 0.2));
    }

    public static IEnumerable<SeedClaim> Parabola()
    {
        Landscape parabola = LandscapeRegistry.Find("parabola");
        yield return Holds(
            "003",
            "x² − 4x + 5 has f′(2) = 0 and the minimum f(2) = 1; f(0) = f(4) = 5",
            $"f′(2) = {parabola.Gradient([2])[0]}, f(2) = {parabola.Value([2])}, f(0) = {parabola.Value([0])}, f(4) = "
                + $"{parabola.Value([4])}",
            parabola.Gradient([2])[0] == 0 && parabola.Value([2]) == 1 && parabola.Value([0]) == 5 && parabola.Value([4]) == 5);
        yield return Holds(
            "003",
            "f″(x) = 2 > 0: concave up, a minimum",
            $"f″ = {parabola.Hessian([2])[0, 0]}, {Kind(CriticalPointClassifier.Classify(parabola, [2]).Kind)}",
            parabola.Hessian([2])[0, 0] == 2);
    }

    public static IEnumerable<SeedClaim> DoubleWell()
    {
        Landscape well = LandscapeRegistry.Find("double-well");
        IReadOnlyList<CriticalPoint> points = CriticalPointSearch.Find(well);
        double root = Math.Sqrt(2);
        yield return Holds(
            "003",
            "x⁴ − 4x² + 1 has its critical points at 0 and ±√2: two local minima and one local maximum",
            string.Join(", ", points.Select(point => $"{Kind(point.Kind)} at {Point(point.Point)}")),
            points.Count == 3
                && points.Count(point => point.Kind == CriticalPointKind.Minimum && Near(Math.Abs(point.Point[0]), root, 1e-9)) == 2
                && points.Count(point => point.Kind == CriticalPointKind.Maximum && Near(point.Point[0], 0, 1e-9)) == 1);
        yield return Holds(
            "003",
            "f″(0) = −8 and f″(±√2) = 16",
            $"{Number(well.Hessian([0])[0, 0])}, {Number(well.Hessian([root])[0, 0])} and {Number(well.Hessian([-root])[0, 0])}",
            well.Hessian([0])[0, 0] == -8 && Near(well.Hessian([root])[0, 0], 16, 1e-12) && Near(well.Hessian([-root])[0, 0], 16, 1e-12));
        DescentRun left = Descend(well, -0.1);
        DescentRun right = Descend(well, 0.1);
        yield return Holds(
            "003",
            "Gradient descent may find either minimum, depending on initialization",
            $"from −0.1 to {Point(left.Points[^1])}, from 0.1 to {Point(right.Points[^1])}",
            Near(left.Points[^1][0], -root, 1e-4) && Near(right.Points[^1][0], root, 1e-4));
        DescentRun onHill = Descend(well, 0);
        DescentRun onPass = LandscapeDescent.Run(
            LandscapeRegistry.Find("saddle"), [0.8, 0], new DescentOptions { LearningRate = new ConstantSchedule(0.1) });
        foreach (string seed in new[] { "002", "003" })
        {
            yield return Holds(
                seed,
                "A zero gradient does not mean a minimum: maxima and saddle points have it too",
                $"descent from 0 is {Outcome(onHill)}; on x² − y² from (0.8, 0) it is {Outcome(onPass)} with ‖∇f‖ = "
                    + $"{Number(onPass.GradientNorms[^1])}",
                onHill.Outcome == DescentOutcome.StuckAtMaximum && onPass.Outcome == DescentOutcome.StuckAtSaddle);
        }
    }

    public static IEnumerable<SeedClaim> Cubic()
    {
        Landscape cubic = LandscapeRegistry.Find("cubic");
        CriticalPoint origin = CriticalPointClassifier.Classify(cubic, [0]);
        yield return Holds(
            "004",
            "x³ has zero gradient at 0, which isn't a minimum (the plot calls it a saddle point)",
            $"f′(0) = 0, f(−0.1) = {Number(cubic.Value([-0.1]))} < 0 < f(0.1); the second derivative is 0, so the test says "
                + $"{Kind(origin.Kind)}: "
                + "a point of inflection, in one dimension the only kind of saddle",
            cubic.Gradient([0])[0] == 0 && origin.Kind == CriticalPointKind.Degenerate && cubic.Value([-0.1]) < 0 && cubic.Value([0.1]) > 0);
        var fourth = Landscape.Of("fourth-power", "x⁴", new(-2, 2), x => x * x * x * x, x => 4 * x * x * x, x => 12 * x * x, "", 0.01, [1]);
        double[] around = [-0.1, 0.1];
        yield return Holds(
            "003",
            "f″(x*) = 0 is inconclusive",
            $"f″(0) is {cubic.Hessian([0])[0, 0]} for x³ and {fourth.Hessian([0])[0, 0]} for x⁴, both {Kind(origin.Kind)} by the test; at ∓0.1 "
                + $"x³ is {string.Join(" and ", around.Select(x => Number(cubic.Value([x]))))}, an inflection, and x⁴ is "
                + $"{string.Join(" and ", around.Select(x => Number(fourth.Value([x]))))}, a minimum",
            cubic.Hessian([0])[0, 0] == 0 && fourth.Gradient([0])[0] == 0 && fourth.Hessian([0])[0, 0] == 0
                && CriticalPointClassifier.Classify(fourth, [0]).Kind == origin.Kind
                && cubic.Value([-0.1]) < 0 && cubic.Value([0.1]) > 0 && around.All(x => fourth.Value([x]) > fourth.Value([0])));
    }

    public static IEnumerable<SeedClaim> Tanh()
    {
        Landscape tanh = LandscapeRegistry.Find("tanh");
        double slope = tanh.Gradient([4])[0];
        yield return Holds("004", "tanh′(4) ≈ 0.0013", $"{slope:F6}", Near(slope, 0.0013, 5e-5));
        DescentRun run = LandscapeDescent.Run(
            tanh, [4], new DescentOptions { LearningRate = new ConstantSchedule(0.1), MaximumSteps = 20_000 });
        int? toHalf = run.FirstStepWhere(point => tanh.Gradient(point)[0] >= 0.5);
        yield return Holds(
            "004",
            "The vanishing gradient causes optimization to stall at x = 4",
            $"at η = 0.1 descent takes {Count(toHalf)} steps until the slope is 0.5",
            toHalf > 1000);
    }

    public static IEnumerable<SeedClaim> CosineTimesX()
    {
        Landscape risk = LandscapeRegistry.Find("x-cos-pi-x");
        CriticalPoint[] minima =
            [.. CriticalPointSearch.Find(risk).Where(point => point.Kind == CriticalPointKind.Minimum)];
        double[] grid = risk.Domain[0].Grid(30_001);
        double lowest = grid.MinBy(x => risk.Value([x]));
        yield return Holds(
            "004",
            "On [−1, 2], x cos πx has a local minimum at about −0.3 and its global minimum at about 1.1",
            string.Join(" and ", minima.Select(point => $"f = {point.Value:F4} at {point.Point[0]:F4}")),
            minima.Length == 2 && Near(minima[0].Point[0], 1.1, 0.05) && Near(minima[1].Point[0], -0.3, 0.05)
                && Near(lowest, minima[0].Point[0], 1e-3));
        yield return Fails(
            "004",
            "The annotations put the local minimum at the height −0.25 and the global one at −0.95",
            $"{minima[1].Value:F3} and {minima[0].Value:F3}",
            Math.Abs(minima[1].Value - -0.25) > 0.05 && Math.Abs(minima[0].Value - -0.95) > 0.05,
            $"Evaluated: f({minima[1].Point[0]:F4}) = {minima[1].Value:F4}, f({minima[0].Point[0]:F4}) = {minima[0].Value:F4}; "
                + "the arrows end beside the curve.");
    }

    private static DescentRun Descend(Landscape landscape, double start) =>
        LandscapeDescent.Run(landscape, [start], new DescentOptions { LearningRate = new ConstantSchedule(0.01) });
}
