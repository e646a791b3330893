using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Optimization.Support;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class GradientMeasurementTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(13)]
    public void Norms_are_those_of_the_mean_in_each_layers_weight_and_bias_and_of_all_together(int examples)
    {
        ModelCase model = ModelCase.Draw(Activation.Tanh, LossKind.CrossEntropy, inputs: 90, hidden: [70, 19], classes: 3, rows: 6);
        ParameterLayout layout = model.Architecture.CreateLayout();
        var measurement = new GradientMeasurement(layout);
        AlignedVector gradient = model.Compute().Gradient;
        measurement.SumAndMeasure(Tree(gradient), examples).ShouldBeSameAs(gradient);
        float[] canonical = Array.ConvertAll(model.CanonicalGradient(), g => g / examples);
        int offset = 0;
        foreach (LayerShape layer in layout.Layers)
        {
            int weights = layer.Inputs * layer.Outputs;
            measurement.WeightNorms[layer.Index].ShouldBeNear(Norm(canonical.AsSpan(offset, weights)));
            measurement.BiasNorms[layer.Index].ShouldBeNear(Norm(canonical.AsSpan(offset + weights, layer.Outputs)));
            offset += layer.ParameterCount;
        }

        measurement.Norm.ShouldBeNear(Norm(canonical));
    }

    [Fact]
    public void Sums_of_several_nodes_are_measured_as_one_vector_would_be()
    {
        var layout = new ParameterLayout(100, 70, 3);
        AlignedVector[] nodes = [.. Enumerable.Range(0, 3).Select(i => RandomVector(layout.Length, i))];
        var whole = new AlignedVector(layout.Length);
        for (int i = 0; i < whole.Length; i++)
        {
            whole.Span[i] = nodes[0].Span[i] + nodes[1].Span[i] + nodes[2].Span[i];
        }

        var expected = new GradientMeasurement(layout);
        expected.SumAndMeasure(Tree(whole), 7);
        var measurement = new GradientMeasurement(layout);
        AlignedVector sum = measurement.SumAndMeasure(Tree(nodes), 7);
        ((ReadOnlySpan<float>)sum.Span).ShouldHaveTheBitsOf(whole.Span, "sum");
        (measurement.Norm, measurement.WeightNorms[0], measurement.BiasNorms[1])
            .ShouldBe((expected.Norm, expected.WeightNorms[0], expected.BiasNorms[1]));
    }

    [Theory]
    [InlineData(1e-20f)]
    [InlineData(1e30f)]
    public void Gradients_whose_squares_leave_single_precision_are_measured_all_the_same(float scale)
    {
        var layout = new ParameterLayout(20, 40);
        var gradient = new AlignedVector(layout.Length);
        gradient.Span.Fill(scale);
        var measurement = new GradientMeasurement(layout);
        measurement.SumAndMeasure(Tree(gradient), 1);
        measurement.Norm.ShouldBeNear(scale * Math.Sqrt(layout.Length));
    }

    [Fact]
    public void A_non_finite_element_shows_in_its_layer_and_in_the_whole()
    {
        var layout = new ParameterLayout(3, 4, 2);
        var gradient = new AlignedVector(layout.Length);
        gradient.Span[layout.Layers[1].BiasOffset] = float.NaN;
        var measurement = new GradientMeasurement(layout);
        measurement.SumAndMeasure(Tree(gradient), 1);
        measurement.BiasNorms[1].ShouldBe(double.NaN);
        measurement.Norm.ShouldBe(double.NaN);
        measurement.WeightNorms.ShouldBe([0, 0]);
    }

    private static GradientTree Tree(params AlignedVector[] nodes)
    {
        var tree = new GradientTree(4);
        for (int i = 0; i < nodes.Length; i++)
        {
            tree.Add(i, nodes[i]);
        }

        return tree;
    }

    private static AlignedVector RandomVector(int length, int seed)
    {
        var vector = new AlignedVector(length);
        RandomGradients.Draw(9, seed, length).CopyTo(vector.Span);
        return vector;
    }

    private static double Norm(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float element in x)
        {
            sum += (double)element * element;
        }

        return Math.Sqrt(sum);
    }
}

file static class Near
{
    public static void ShouldBeNear(this double actual, double expected) => actual.ShouldBe(expected, 1e-7 * expected);
}
