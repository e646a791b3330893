using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;

namespace DistSgd.Learning.Tests.Landscapes;

public class ConvergenceRateTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Measured_rates_agree_with_theory_on_quadratics(double kappa)
    {
        double root = Math.Sqrt(kappa);
        Measure(kappa, "sgd", 2 / (1 + kappa), 0).ShouldBe(ConvergenceRate.OptimalGradientDescent(kappa), 1e-4);

        // Both heavy ball and Nesterov, tuned so, have double roots: the error falls as k · rateᵏ, a little slower than the rate.
        double heavyBall = ConvergenceRate.OptimalHeavyBall(kappa);
        Measure(kappa, "momentum", 4 / ((1 + root) * (1 + root)), heavyBall * heavyBall).ShouldBe(heavyBall, 0.03);
        Measure(kappa, "nesterov", 1 / kappa, heavyBall).ShouldBe(ConvergenceRate.Nesterov(kappa), 0.03);

        // The tuning is best where the slowest and the steepest direction shrink alike.
        double rate = Math.Pow(2 / (1 + Math.Sqrt(kappa)), 2);
        ConvergenceRate.HeavyBall(rate, heavyBall * heavyBall, 1).ShouldBe(heavyBall, 1e-6);
        ConvergenceRate.HeavyBall(rate, heavyBall * heavyBall, kappa).ShouldBe(heavyBall, 1e-6);
        ConvergenceRate.Nesterov(1 / kappa, heavyBall, 1).ShouldBe(ConvergenceRate.Nesterov(kappa), 1e-6);
    }

    [Fact]
    public void The_rate_of_divergence_is_above_one() =>
        ConvergenceRate.Estimate([1, 1.2, 1.44, 1.728, 2.0736, 2.48832]).ShouldNotBeNull().ShouldBe(1.2, 1e-12);

    [Fact]
    public void An_error_that_vanishes_at_once_has_rate_zero_and_too_few_points_have_none()
    {
        ConvergenceRate.Estimate([1, 0]).ShouldBe(0);
        ConvergenceRate.Estimate([1, 0.5]).ShouldBeNull();
        ConvergenceRate.Estimate([]).ShouldBeNull();
    }

    [Theory]
    [InlineData(0.1, 0.8)]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 0.8)]
    [InlineData(1.1, 1.2)]
    public void Theory_on_the_square_is_one_minus_two_eta(double learningRate, double rate) =>
        ConvergenceRate.GradientDescent(learningRate, 2, 2).ShouldBe(rate, 1e-12);

    [Fact]
    public void Steps_for_a_reduction_invert_the_rate() =>
        ConvergenceRate.StepsFor(0.8, 1e-3).ShouldBe(30.957, 1e-3);

    private static double Measure(double kappa, string optimizer, double learningRate, double momentum)
    {
        DescentRun run = LandscapeDescent.Run(
            LandscapeRegistry.Quadratic(kappa),
            [9, 4],
            new DescentOptions
            {
                Optimizer = optimizer,
                LearningRate = new ConstantSchedule(learningRate),
                Momentum = momentum,
                MaximumSteps = 5000,
                Tolerance = 1e-9,
            });
        return ConvergenceRate.Estimate(run.DistancesTo([0, 0])).ShouldNotBeNull();
    }
}
