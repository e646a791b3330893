using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Optimization.Transforms;

public class AdaptiveRuleTests
{
    // s: 9, 9 + 16 = 25, 25 + 144 = 169; ε = 1 makes its place visible.
    [Fact]
    public void Adagrad_divides_by_the_root_of_the_sum_of_squares_plus_epsilon()
    {
        var driver = new TransformDriver(new ScaleByAdagrad(epsilon: 1), 0, 0);
        driver.Update(3, -3).ShouldBeNear([3 / 4.0, -3 / 4.0]);
        driver.Update(4, 0).ShouldBeNear([4 / 6.0, 0]);
        driver.Update(-12, 4).ShouldBeNear([-12 / 14.0, 4 / 6.0]);
        driver.Slot("square_sum").ShouldBe([169, 25]);
    }

    // s: 0.75·0 + 0.25·16 = 4; 0.75·4 + 0.25·4 = 4; 0.75·4 + 0.25·388 = 100.
    [Fact]
    public void Rmsprop_divides_by_the_root_of_the_moving_average_plus_epsilon()
    {
        var driver = new TransformDriver(new ScaleByRmsprop(smoothing: 0.75, epsilon: 1), 0, 0);
        driver.Update(4, -4).ShouldBeNear([4 / 3.0, -4 / 3.0]);
        driver.Update(2, -2).ShouldBeNear([2 / 3.0, -2 / 3.0]);
        driver.Update((float)Math.Sqrt(388), 0).ShouldBeNear([Math.Sqrt(388) / 11, 0]);
        driver.Slot("square_average").ShouldBeNear([100, 3]);
    }

    // β₁ = ½, β₂ = ¾, ε = 1, g = 4 then 2.
    // t = 1: m = 2, v = 4; m̂ = 2/(1 − ½) = 4, v̂ = 4/(1 − ¾) = 16; 4/(4 + 1).
    // t = 2: m = 1 + 1 = 2, v = 3 + 1 = 4; m̂ = 2/(3/4) = 8/3, v̂ = 4/(7/16) = 64/7.
    [Fact]
    public void Adam_corrects_the_bias_of_both_moments_and_adds_epsilon_outside_the_root()
    {
        var driver = new TransformDriver(new ScaleByAdam(0.5, 0.75, epsilon: 1), 0, 0);
        driver.Update(4, -4).ShouldBeNear([0.8, -0.8]);
        driver.Update(2, -2).ShouldBeNear([8 / 3.0 / (Math.Sqrt(64 / 7.0) + 1), -8 / 3.0 / (Math.Sqrt(64 / 7.0) + 1)]);
        driver.Slot("first_moment").ShouldBe([2, -2]);
        driver.Slot("second_moment").ShouldBe([4, 4]);
    }

    [Fact]
    public void Adam_corrects_by_applied_updates_and_not_by_steps()
    {
        var layout = new ParameterLayout(1, 1);
        var update = new AlignedVector(layout.Length);
        update.Span[0] = 4;
        var adam = new GradientTransformChain(new ScaleByAdam());
        adam.Init(layout);
        adam.Update(new UpdateContext(Step: 50, UpdateCount: 0, 0.1, 0, 4), update, new AlignedVector(layout.Length));
        update.Span[0].ShouldBe(1, 1e-6f);
    }

    [Fact]
    public void Adaptive_rules_do_not_see_the_scale_of_the_gradient()
    {
        foreach (OptimizerKind kind in new[] { OptimizerKind.Adagrad, OptimizerKind.Rmsprop, OptimizerKind.Adam })
        {
            var small = new TransformDriver(Optimizer.Build(new OptimizerSettings { Kind = kind }), new float[20]);
            var large = new TransformDriver(Optimizer.Build(new OptimizerSettings { Kind = kind }), new float[20]);
            for (int t = 0; t < 5; t++)
            {
                float[] gradient = [.. RandomGradients.Draw(2, t, 20)];
                small.Step(gradient);
                large.Step([.. gradient.Select(g => 1000 * g)]);
            }

            large.Parameters.ShouldBeNear([.. small.Parameters.Select(x => (double)x)], 1e-4);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-8)]
    [InlineData(1e-60)]
    public void An_epsilon_that_single_precision_cannot_hold_above_zero_is_refused(double epsilon)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new ScaleByAdagrad(epsilon));
        Should.Throw<ArgumentOutOfRangeException>(() => new ScaleByRmsprop(epsilon: epsilon));
        Should.Throw<ArgumentOutOfRangeException>(() => new ScaleByAdam(epsilon: epsilon));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    public void An_average_that_keeps_nothing_finite_is_refused(double coefficient)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new ScaleByRmsprop(coefficient));
        Should.Throw<ArgumentOutOfRangeException>(() => new ScaleByAdam(beta1: coefficient));
        Should.Throw<ArgumentOutOfRangeException>(() => new ScaleByAdam(beta2: coefficient));
    }
}
