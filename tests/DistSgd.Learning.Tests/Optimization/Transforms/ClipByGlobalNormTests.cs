using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;
using DistSgd.Numerics.Memory;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Optimization.Transforms;

public class ClipByGlobalNormTests
{
    [Fact]
    public void Clip_by_norm_scales_to_the_limit()
    {
        var driver = new TransformDriver(new ClipByGlobalNorm(2.5), new float[2]);
        driver.Update(3, -4).ShouldBe([1.5f, -2]);
    }

    [Fact]
    public void A_gradient_at_the_limit_keeps_its_bits()
    {
        var driver = new TransformDriver(new ClipByGlobalNorm(5), new float[2]);
        driver.Update(3, -4).ShouldBe([3, -4]);
    }

    [Fact]
    public void The_norm_of_the_context_is_taken_and_not_measured_again()
    {
        var layout = new ParameterLayout(1, 1);
        var update = new AlignedVector(layout.Length);
        update.Span[0] = 1;
        var chain = new GradientTransformChain(new ClipByGlobalNorm(2));
        chain.Init(layout);
        chain.Update(new UpdateContext(0, 0, 0.1, 0, GradientNorm: 8), update, new AlignedVector(layout.Length));
        update.Span[0].ShouldBe(0.25f);
    }

    [Fact]
    public void The_clipped_norm_is_the_smaller_of_norm_and_limit_and_the_direction_stays() =>
        Prop.ForAll<uint, byte>((seed, size) =>
        {
            double limit = 0.1 + (size / 32.0);
            float[] gradient = RandomGradients.Draw(seed, 0, 24);
            float[] clipped = new TransformDriver(new ClipByGlobalNorm(limit), new float[24]).Update(gradient);

            double norm = Norm(gradient);
            double dot = gradient.Zip(clipped, (a, b) => (double)a * b).Sum();
            return Math.Abs(Norm(clipped) - Math.Min(norm, limit)) < 1e-6 * limit
                && Math.Abs(dot - (norm * Norm(clipped))) < 1e-6 * dot;
        }).QuickCheckThrowOnFailure();

    private static double Norm(float[] x) => Math.Sqrt(x.Sum(e => (double)e * e));
}
