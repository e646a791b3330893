using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Landscapes;

public class LandscapeTests
{
    public static TheoryData<string> Names => [.. LandscapeRegistry.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Exact_derivatives_agree_with_differences_at_random_points(string name)
    {
        Landscape landscape = LandscapeRegistry.Find(name);
        var stream = new RandomStream(7, StreamPurpose.Test);
        for (int sample = 0; sample < 200; sample++)
        {
            double[] point = [.. landscape.Domain.Select(interval => interval.Minimum + (interval.Width * stream.NextDouble()))];
            double[] gradient = landscape.Gradient(point);
            double[,] hessian = landscape.Hessian(point);
            double[] differences = NumericalDerivatives.Gradient(landscape.Value, point);
            double[,] fourPoints = NumericalDerivatives.Hessian(landscape.Value, point);
            double height = Math.Max(1, Math.Abs(landscape.Value(point)));
            for (int i = 0; i < point.Length; i++)
            {
                differences[i].ShouldBe(gradient[i], 1e-6 * height);
                for (int j = 0; j < point.Length; j++)
                {
                    // The rounding of f, divided by 4h², and the next term of the series, h² times the fourth derivative.
                    fourPoints[i, j].ShouldBe(hessian[i, j], 2e-5 * height);
                    hessian[i, j].ShouldBe(hessian[j, i]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Known_critical_points_are_what_they_are_said_to_be(string name)
    {
        Landscape landscape = LandscapeRegistry.Find(name);
        foreach (KnownCriticalPoint known in landscape.KnownCriticalPoints)
        {
            CriticalPoint point = CriticalPointClassifier.Classify(landscape, [.. known.Point]);
            point.GradientNorm.ShouldBeLessThan(1e-12);
            point.Kind.ShouldBe(known.Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Starts_lie_in_the_box_and_have_the_right_dimension(string name)
    {
        Landscape landscape = LandscapeRegistry.Find(name);
        landscape.Starts.ShouldNotBeEmpty();
        landscape.Starts.ShouldAllBe(start => landscape.Contains(start));
        landscape.About.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("exponential", 1.25)]
    [InlineData("tanh", 0.75)]
    [InlineData("x-cos-pi-x", 0.4)]
    public void Transcendental_heights_agree_with_the_platform(string name, double x)
    {
        double expected = name switch
        {
            "exponential" => Math.Exp(x),
            "tanh" => Math.Tanh(x),
            _ => x * Math.Cos(Math.PI * x),
        };
        LandscapeRegistry.Find(name).Value([x]).ShouldBe(expected, 1e-15);
    }

    [Fact]
    public void A_landscape_far_outside_its_box_gives_nan_instead_of_an_exception() =>
        LandscapeRegistry.Find("rastrigin").Value([1e9, 0]).ShouldBe(double.NaN);

    [Fact]
    public void Names_are_unique_and_an_unknown_one_suggests_the_nearest()
    {
        LandscapeRegistry.Names.ShouldBeUnique();
        InputException error = Should.Throw<InputException>(() => LandscapeRegistry.Find("quartik"));
        error.Message.ShouldStartWith("landscape: 'quartik' is unknown; expected one of 'quartic', ");
        error.Message.ShouldEndWith("the nearest is 'quartic'.");
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.1e12)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_condition_number_out_of_range_is_refused(double conditionNumber) =>
        Should.Throw<InputException>(() => LandscapeRegistry.Quadratic(conditionNumber)).Message.ShouldContain("from 1 to 1E+12");

    [Fact]
    public void The_quadratic_has_the_condition_number_that_was_asked_for()
    {
        PrincipalCurvatures curvature = PrincipalCurvatures.Of(LandscapeRegistry.Quadratic(250).Hessian([3, 4]));
        (curvature.Largest / curvature.Smallest).ShouldBe(250);
    }

    [Fact]
    public void A_point_of_another_dimension_is_refused() =>
        Should.Throw<ArgumentException>(() => LandscapeRegistry.Find("quartic").Value([1]));
}
