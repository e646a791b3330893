using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Learning.Noise;

namespace DistSgd.Learning.Tests.Noise;

public sealed class GradientTestsTests
{
    [Theory]
    [InlineData(Activation.Relu, LossKind.CrossEntropy)]
    [InlineData(Activation.Tanh, LossKind.BinaryCrossEntropy)]
    [InlineData(Activation.LeakyRelu, LossKind.Mse)]
    public void The_tests_of_slices_are_those_of_gradients_formed_one_by_one(Activation activation, LossKind loss)
    {
        var net = new SingleGradients(activation, loss);
        var request = new GradientTestRequest(net.Parameters);
        net.Curvature.Answer(request);
        GradientTestResult found = GradientTests.Read(request.Losses)!;

        (double Norm, double Inner, double Orthogonal)[] slices = [.. net.Data.Split.Shards.Select(shard => Dense([.. shard.Select(net.Of)]))];
        found.Norm.ShouldBe(Math.Sqrt(slices.Average(slice => slice.Norm)), 1e-4);
        found.InnerProduct.ShouldBe(Math.Sqrt(slices.Average(slice => slice.Inner)), 1e-4);
        found.Orthogonality.ShouldBe(Math.Sqrt(slices.Average(slice => slice.Orthogonal)), 1e-4);

        // The identity holds to rounding, whatever the numbers are.
        double both = (found.InnerProduct * found.InnerProduct) + (found.Orthogonality * found.Orthogonality);
        (found.Norm * found.Norm).ShouldBe(both, 1e-12 * both);
    }

    [Fact]
    public void The_noise_scale_of_one_slice_is_that_of_the_norm_test()
    {
        var net = new SingleGradients(Activation.Relu);
        var only = new LocalCurvature(net.Architecture, net.Data, examples: 90);
        var request = new GradientTestRequest(net.Parameters);
        only.Answer(request);
        GradientTestResult found = GradientTests.Read(request.Losses)!;
        var exact = new ExactNoise(net.Layout, net.Parameters, 90);
        net.Curvature.Run(exact.Requests());
        found.Trace.ShouldBe(exact.Whole.Trace, 0.05 * exact.Whole.Trace); // within slices only: 87 degrees of freedom instead of 89
    }

    [Fact]
    public void Slices_of_one_example_tell_nothing()
    {
        var net = new SingleGradients(Activation.Relu);
        var three = new LocalCurvature(net.Architecture, net.Data, examples: 3);
        var request = new GradientTestRequest(net.Parameters);
        three.Answer(request);
        GradientTests.Read(request.Losses).ShouldBeNull();
    }

    private static (double Norm, double Inner, double Orthogonal) Dense(double[][] gradients)
    {
        double b = gradients.Length;
        double[] mean = SingleGradients.Mean(gradients);
        double squared = SingleGradients.Dot(mean, mean), scale = b * (b - 1) * squared;
        double[] along = [.. gradients.Select(g => SingleGradients.Dot(g, mean))];
        return (
            gradients.Sum(g => Distance(g, mean)) / scale,
            along.Sum(a => (a - squared) * (a - squared)) / (scale * squared),
            gradients.Zip(along, (g, a) => SingleGradients.Dot(g, g) - (a * a / squared)).Sum() / scale);
    }

    private static double Distance(double[] x, double[] y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum();
}
