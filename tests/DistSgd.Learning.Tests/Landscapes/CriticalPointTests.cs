using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;

namespace DistSgd.Learning.Tests.Landscapes;

public class CriticalPointTests
{
    [Theory]
    [InlineData("quartic", 2, 0, 1, 0)]
    [InlineData("saddle", 0, 0, 1, 0)]
    [InlineData("monkey-saddle", 0, 0, 0, 1)]
    [InlineData("rastrigin", 121, 100, 220, 0)]
    [InlineData("sphere", 1, 0, 0, 0)]
    [InlineData("quadratic", 1, 0, 0, 0)]
    [InlineData("rosenbrock", 1, 0, 0, 0)]
    [InlineData("himmelblau", 4, 1, 4, 0)]
    [InlineData("parabola", 1, 0, 0, 0)]
    [InlineData("double-well", 2, 1, 0, 0)]
    [InlineData("cubic", 0, 0, 0, 1)]
    [InlineData("exponential", 0, 0, 0, 0)]
    [InlineData("x-cos-pi-x", 2, 1, 0, 0)]
    [InlineData("empirical-risk", 3, 2, 0, 0)]
    [InlineData("square", 1, 0, 0, 0)]
    [InlineData("tanh", 0, 0, 0, 0)]
    public void The_search_finds_all_critical_points(string name, int minima, int maxima, int saddles, int degenerate)
    {
        Landscape landscape = LandscapeRegistry.Find(name);
        IReadOnlyList<CriticalPoint> found = CriticalPointSearch.Find(landscape);
        found.Count(point => point.Kind == CriticalPointKind.Minimum).ShouldBe(minima);
        found.Count(point => point.Kind == CriticalPointKind.Maximum).ShouldBe(maxima);
        found.Count(point => point.Kind == CriticalPointKind.Saddle).ShouldBe(saddles);
        found.Count(point => point.Kind == CriticalPointKind.Degenerate).ShouldBe(degenerate);
        found.Select(point => Math.Round(point.Value, 6)).ShouldBeInOrder();
        foreach (KnownCriticalPoint known in landscape.KnownCriticalPoints)
        {
            found.ShouldContain(point => point.Kind == known.Kind && Distance(point.Point, known.Point) < 1e-8);
        }
    }

    [Fact]
    public void The_quartic_has_the_tutorials_points_values_and_eigenvalues()
    {
        IReadOnlyList<CriticalPoint> found = CriticalPointSearch.Find(LandscapeRegistry.Find("quartic"));
        found.Select(point => point.Value).ShouldBe([-1, -1, 1], 1e-12);
        found[0].Point.ShouldBe([-1, -1], 1e-9);
        found[1].Point.ShouldBe([1, 1], 1e-9);
        found[2].Point.ShouldBe([0, 0], 1e-9);
        found[1].Eigenvalues.ShouldBe([8, 16], 1e-8);
        found[2].Eigenvalues.ShouldBe([-4, 4], 1e-8);
    }

    [Fact]
    public void A_point_with_a_gradient_is_not_critical() =>
        CriticalPointClassifier.Classify(LandscapeRegistry.Find("square"), [0.01]).Kind.ShouldBe(CriticalPointKind.NotCritical);

    [Fact]
    public void Numerical_derivatives_classify_as_the_exact_ones_do()
    {
        Landscape quartic = LandscapeRegistry.Find("quartic");
        foreach (KnownCriticalPoint known in quartic.KnownCriticalPoints)
        {
            double[] point = [.. known.Point];
            CriticalPointClassifier.Classify(
                point,
                quartic.Value(point),
                NumericalDerivatives.Gradient(quartic.Value, point),
                NumericalDerivatives.Hessian(quartic.Value, point)).Kind.ShouldBe(known.Kind);
        }
    }

    [Theory]
    [InlineData("exponential", true)]
    [InlineData("sphere", true)]
    [InlineData("quadratic", true)]
    [InlineData("parabola", true)]
    [InlineData("square", true)]
    [InlineData("quartic", false)]
    [InlineData("rastrigin", false)]
    [InlineData("cubic", false)]
    [InlineData("double-well", false)]
    [InlineData("tanh", false)]
    [InlineData("saddle", false)]
    public void Convexity_is_judged_with_a_counterexample(string name, bool isConvex)
    {
        Landscape landscape = LandscapeRegistry.Find(name);
        ConvexityResult result = ConvexityCheck.Check(landscape);
        result.IsConvex.ShouldBe(isConvex);
        if (isConvex)
        {
            result.Violation.ShouldBeNull();
            result.SmallestEigenvalue.ShouldBeGreaterThan(0);
            return;
        }

        JensenViolation violation = result.Violation.ShouldNotBeNull();
        double[] between = [.. violation.From.Select((x, i) => (violation.Share * x) + ((1 - violation.Share) * violation.To[i]))];
        landscape.Value(between).ShouldBeGreaterThan(violation.Chord);
        PrincipalCurvatures.Of(landscape.Hessian([.. result.SmallestAt])).Smallest.ShouldBeLessThan(0);
    }

    private static double Distance(IReadOnlyList<double> a, IReadOnlyList<double> b) =>
        Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
