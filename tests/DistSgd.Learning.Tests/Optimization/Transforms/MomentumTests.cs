using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;

namespace DistSgd.Learning.Tests.Optimization.Transforms;

public class MomentumTests
{
    // v₁ = 1; v₂ = 0.5·1 + 2 = 2.5; v₃ = 0.5·2.5 − 1 = 0.25.
    [Fact]
    public void Heavy_ball_passes_the_velocity_on()
    {
        var driver = new TransformDriver(new Momentum(), 0, 0) { Momentum = 0.5 };
        driver.Update(1, -4).ShouldBe([1, -4]);
        driver.Update(2, 0).ShouldBe([2.5f, -2]);
        driver.Update(-1, 8).ShouldBe([0.25f, 7]);
        driver.Slot("momentum").ShouldBe([0.25f, 7]);
    }

    // g + βv with the new v: 1 + 0.5·1; 2 + 0.5·2.5; −1 + 0.5·0.25.
    [Fact]
    public void Nesterov_adds_the_new_velocity_to_the_gradient()
    {
        var driver = new TransformDriver(new Momentum(nesterov: true), 0, 0) { Momentum = 0.5 };
        driver.Update(1, -4).ShouldBe([1.5f, -6]);
        driver.Update(2, 0).ShouldBe([3.25f, -1]);
        driver.Update(-1, 8).ShouldBe([-0.875f, 11.5f]);
        driver.Slot("momentum").ShouldBe([0.25f, 7]);
    }

    [Fact]
    public void The_coefficient_follows_the_context()
    {
        var driver = new TransformDriver(new Momentum(), 0, 0) { Momentum = 0.5 };
        driver.Update(4, 8);
        driver.Momentum = 0.75;
        driver.Update(1, 0).ShouldBe([4, 6]);
    }

    // The look-ahead form: g at θ − ηβv, then v ← βv + g, θ ← θ − ηv. Its look-ahead points are the parameters of our form.
    [Fact]
    public void Nesterov_is_the_look_ahead_form_in_other_coordinates()
    {
        const double Rate = 0.1, Beta = 0.9;
        var driver = new TransformDriver(new Momentum(nesterov: true), 1, -2) { Momentum = Beta };
        double x = 1, v = 0;
        float[] ours = [1, -2];
        for (int t = 0; t < 10; t++)
        {
            double gradientAhead = 3 * (x - (Rate * Beta * v));
            v = (Beta * v) + gradientAhead;
            x -= Rate * v;
            float[] direction = driver.Update(3 * ours[0], 0);
            ours[0] -= (float)Rate * direction[0];
        }

        ((double)ours[0]).ShouldBe(x - (Rate * Beta * v), 1e-6);
    }
}
