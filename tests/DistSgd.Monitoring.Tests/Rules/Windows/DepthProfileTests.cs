using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Tests.Rules.Windows;

public class DepthProfileTests
{
    [Fact]
    public void A_geometric_row_gives_its_factor_exactly()
    {
        DepthProfile profile = Fit(0.001, 0.004, 0.016, 0.064, 0.256).ShouldNotBeNull();

        profile.Factor.ShouldBe(4, tolerance: 1e-12);
        profile.RSquared.ShouldBe(1, tolerance: 1e-12);
    }

    [Fact]
    public void A_step_in_the_row_is_no_straight_line() => Fit(0.001, 0.001, 0.001, 1, 1, 1)!.Value.IsStraight.ShouldBeFalse();

    [Fact]
    public void Equal_norms_do_not_shrink() => Fit(2, 2, 2, 2)!.Value.Factor.ShouldBe(1);

    [Fact]
    public void A_rough_row_is_fitted_by_least_squares()
    {
        double[] norms = [1, 3, 2, 8];

        DepthProfile profile = Fit(norms)!.Value;

        double[] logs = [.. norms.Select(norm => Math.Log(norm))];
        double slope = ((3 * logs[3]) + logs[2] - logs[1] - (3 * logs[0])) / 10;
        Math.Log(profile.Factor).ShouldBe(slope, tolerance: 1e-12);
        double mean = logs.Average();
        double residuals = logs.Zip([-1.5, -0.5, 0.5, 1.5], (log, depth) => Math.Pow(log - mean - (slope * depth), 2)).Sum();
        profile.RSquared.ShouldBe(1 - (residuals / logs.Sum(log => Math.Pow(log - mean, 2))), tolerance: 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Without_a_logarithm_there_is_no_profile(double norm) => Fit(1, 1, norm, 1).ShouldBeNull();

    private static DepthProfile? Fit(params double[] norms) =>
        DepthProfile.Fit([.. norms.Select(norm => new AggregatedLayer(norm, norm, 0, 0))]);
}
