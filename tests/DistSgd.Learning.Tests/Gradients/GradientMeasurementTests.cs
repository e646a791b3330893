using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class GradientMeasurementTests
{
    [Fact]
    public void Norms_are_those_of_each_layers_weight_and_bias_and_of_all_together()
    {
        ModelCase model = ModelCase.Draw(Activation.Tanh, LossKind.CrossEntropy, inputs: 5, hidden: [7, 19], classes: 3, rows: 6);
        ParameterLayout layout = model.Architecture.CreateLayout();
        var measurement = new GradientMeasurement(layout);
        measurement.Measure(model.Compute().Gradient.Span);
        float[] canonical = model.CanonicalGradient();
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
        measurement.Measure(gradient);
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
