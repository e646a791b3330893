using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class GradientMeasurementTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(13)]
    public void The_mean_and_its_norms_are_those_of_each_layers_weight_and_bias_and_of_all_together(int examples)
    {
        ModelCase model = ModelCase.Draw(Activation.Tanh, LossKind.CrossEntropy, inputs: 90, hidden: [70, 19], classes: 3, rows: 6);
        ParameterLayout layout = model.Architecture.CreateLayout();
        var measurement = new GradientMeasurement(layout);
        AlignedVector gradient = model.Compute().Gradient;
        measurement.DivideAndMeasure(gradient.Span, examples);
        float[] canonical = Array.ConvertAll(model.CanonicalGradient(), g => g / examples);
        CanonicalOrder.Export(layout, gradient.Span).ShouldBe(canonical);
        int offset = 0;
        foreach (LayerShape layer in layout.Layers)
        {
            int weights = layer.Inputs * layer.Outputs;
            measurement.WeightNorms[layer.Index].ShouldBe(Norm(canonical.AsSpan(offset, weights)), 1e-12);
            measurement.BiasNorms[layer.Index].ShouldBe(Norm(canonical.AsSpan(offset + weights, layer.Outputs)), 1e-12);
            offset += layer.ParameterCount;
        }

        measurement.Norm.ShouldBe(Norm(canonical), 1e-12);
    }

    [Fact]
    public void A_non_finite_element_shows_in_its_layer_and_in_the_whole()
    {
        var layout = new ParameterLayout(3, 4, 2);
        var gradient = new float[layout.Length];
        gradient[layout.Layers[1].BiasOffset] = float.NaN;
        var measurement = new GradientMeasurement(layout);
        measurement.DivideAndMeasure(gradient, 1);
        measurement.BiasNorms[1].ShouldBe(double.NaN);
        measurement.Norm.ShouldBe(double.NaN);
        measurement.WeightNorms.ShouldBe([0, 0]);
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
