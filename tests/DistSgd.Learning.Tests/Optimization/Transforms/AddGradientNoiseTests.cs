using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Optimization.Transforms;

public class AddGradientNoiseTests
{
    private const ulong Seed = 11;

    [Fact]
    public void Noise_is_drawn_in_logical_order_whatever_the_padding()
    {
        var layout = new ParameterLayout(5, 40, 3);
        AlignedVector noise = Noise(layout, scale: 0.5, step: 7);

        var stream = new RandomStream(Seed, StreamPurpose.GradientNoise, 7);
        foreach (LayerShape layer in layout.Layers)
        {
            float[] weight = new float[layer.Inputs * layer.Outputs];
            layer.ExportWeight(noise.Span, weight);
            float[] expected = [.. Enumerable.Range(0, layer.ParameterCount).Select(_ => (float)(0.5 * stream.NextNormal()))];
            float[] drawn = [.. weight, .. layer.Bias(noise.Span)];
            drawn.ShouldBe(expected);
        }
    }

    [Fact]
    public void Padding_stays_zero()
    {
        var layout = new ParameterLayout(5, 40, 3);
        Noise(layout, scale: 1, step: 0).Span.ToArray().Count(element => element != 0).ShouldBe(layout.ParameterCount);
    }

    [Fact]
    public void Noise_has_mean_zero_and_the_given_deviation()
    {
        var layout = new ParameterLayout(255, 256);
        AlignedVector noise = Noise(layout, scale: 0.3, step: 1);
        double n = layout.ParameterCount;
        double mean = noise.Span.ToArray().Sum(x => (double)x) / n;
        double deviation = Math.Sqrt(noise.Span.ToArray().Sum(x => (double)x * x) / n);

        // Four standard errors: σ/√n of the mean, σ/√(2n) of the deviation.
        mean.ShouldBe(0, 4 * 0.3 / Math.Sqrt(n));
        deviation.ShouldBe(0.3, 4 * 0.3 / Math.Sqrt(2 * n));
    }

    [Fact]
    public void A_step_has_its_own_noise_whatever_came_before()
    {
        var layout = new ParameterLayout(3, 3);
        var transform = new GradientTransformChain(new AddGradientNoise(1, Seed));
        transform.Init(layout);
        float[] first = Updated(transform, layout, 4).Span.ToArray();
        float[] other = Updated(transform, layout, 5).Span.ToArray();

        Updated(transform, layout, 4).Span.ToArray().ShouldBe(first);
        other.ShouldNotBe(first);
        Noise(layout, 1, 5).Span.ToArray().ShouldBe(other);
    }

    [Fact]
    public void Noise_is_added_to_the_gradient()
    {
        var layout = new ParameterLayout(1, 1);
        var transform = new GradientTransformChain(new AddGradientNoise(0.5, Seed));
        transform.Init(layout);
        var update = new AlignedVector(layout.Length);
        update.Span[0] = 10;
        transform.Update(new UpdateContext(2, 0, 0.1, 0, 10), update, new AlignedVector(layout.Length));
        update.Span[0].ShouldBe(10 + Noise(layout, 0.5, 2).Span[0]);
    }

    private static AlignedVector Noise(ParameterLayout layout, double scale, long step)
    {
        var transform = new GradientTransformChain(new AddGradientNoise(scale, Seed));
        transform.Init(layout);
        return Updated(transform, layout, step);
    }

    private static AlignedVector Updated(GradientTransformChain transform, ParameterLayout layout, long step)
    {
        var update = new AlignedVector(layout.Length);
        transform.Update(new UpdateContext(step, 0, 0.1, 0, 0), update, new AlignedVector(layout.Length));
        return update;
    }
}
