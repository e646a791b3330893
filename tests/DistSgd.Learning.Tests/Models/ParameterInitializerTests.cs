using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Models;

public sealed class ParameterInitializerTests
{
    private static readonly ParameterLayout Layout = new(300, 200, 100);

    [Theory]
    [InlineData(Initialization.He, 2.0 / 300, 2.0 / 200)]
    [InlineData(Initialization.Xavier, 2.0 / 500, 2.0 / 300)]
    [InlineData(Initialization.Lecun, 1.0 / 300, 1.0 / 200)]
    [InlineData(Initialization.Normal, 1e-4, 1e-4)]
    public void Weights_are_normal_with_the_variance_of_their_paper(Initialization kind, double firstVariance, double secondVariance)
    {
        float[] flat = Fill(Layout, kind, seed: 1);
        foreach ((LayerShape layer, double variance) in Layout.Layers.Zip([firstVariance, secondVariance]))
        {
            var weights = new float[layer.Inputs * layer.Outputs];
            layer.ExportWeight(flat, weights);
            double[] normal = [.. weights.Select(w => w / Math.Sqrt(variance))];

            // Five standard deviations of the mean of x, x² and x⁴ over n normal numbers.
            double five = 5 / Math.Sqrt(normal.Length);
            normal.Average().ShouldBe(0, five);
            normal.Average(x => x * x).ShouldBe(1, five * Math.Sqrt(2));
            normal.Average(x => x * x * x * x).ShouldBe(3, five * Math.Sqrt(96));
            layer.Bias(flat).ContainsAnyExcept(0f).ShouldBeFalse();
        }
    }

    [Fact]
    public void Zeros_are_zero() => Fill(Layout, Initialization.Zeros, seed: 1).ShouldAllBe(x => x == 0);

    [Fact]
    public void Equal_seeds_give_equal_parameters_and_other_seeds_others()
    {
        float[] flat = Fill(Layout, Initialization.He, seed: 7);
        Fill(Layout, Initialization.He, seed: 7).ShouldBe(flat);
        float[] other = Fill(Layout, Initialization.He, seed: 8);
        flat.Zip(other).Count(pair => pair.First != 0 && pair.First == pair.Second).ShouldBeLessThan(10);
    }

    [Fact]
    public void A_layer_is_drawn_from_a_stream_of_its_own()
    {
        // The first layer of a deeper model with the same first widths is the same.
        var deeper = new ParameterLayout(300, 200, 50, 100);
        int length = Layout.Layers[0].WeightLength;
        Fill(deeper, Initialization.He, seed: 7)[..length].ShouldBe(Fill(Layout, Initialization.He, seed: 7)[..length]);
    }

    [Fact]
    public void What_the_vector_held_before_is_overwritten_padding_included()
    {
        var layout = new ParameterLayout(5, 3);
        var flat = new float[layout.Length];
        Array.Fill(flat, float.NaN);
        ParameterInitializer.Fill(layout, Initialization.He, 1, flat);
        flat.Count(x => x != 0).ShouldBe(15);
        CanonicalOrder.Export(layout, flat)[..15].ShouldAllBe(x => x != 0 && float.IsFinite(x));
    }

    private static float[] Fill(ParameterLayout layout, Initialization kind, ulong seed)
    {
        var flat = new float[layout.Length];
        ParameterInitializer.Fill(layout, kind, seed, flat);
        return flat;
    }
}
