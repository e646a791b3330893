using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Learning.Noise;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Noise;

public sealed class ExactNoiseTests
{
    [Theory]
    [InlineData(Activation.Relu, LossKind.CrossEntropy)]
    [InlineData(Activation.Tanh, LossKind.Mse)]
    [InlineData(Activation.Gelu, LossKind.BinaryCrossEntropy)]
    [InlineData(Activation.Sigmoid, LossKind.CrossEntropy)]
    public void Trace_and_norm_are_those_of_gradients_formed_one_by_one(Activation activation, LossKind loss)
    {
        var net = new SingleGradients(activation, loss);
        double[][] gradients = net.All;
        double[] mean = SingleGradients.Mean(gradients);
        var exact = new ExactNoise(net.Layout, net.Parameters, gradients.Length);
        net.Curvature.Run(exact.Requests());

        double Trace(Range range) => gradients.Sum(g => SingleGradients.Dot(g, g, range) - SingleGradients.Dot(mean, mean, range)) / (gradients.Length - 1);
        exact.Whole.Trace.ShouldBe(Trace(..), 1e-5 * Trace(..));
        exact.Whole.SquaredNorm.ShouldBe(SingleGradients.Dot(mean, mean), 1e-5 * SingleGradients.Dot(mean, mean));
        foreach (LayerShape layer in net.Layout.Layers)
        {
            Range range = layer.WeightOffset..(layer.BiasOffset + layer.BiasLength);
            exact.Layers[layer.Index].Trace.ShouldBe(Trace(range), 1e-5 * Trace(..));
        }
    }

    [Fact]
    public void Relative_variance_of_a_batch_is_the_mean_over_all_batches_of_that_size()
    {
        var net = new SingleGradients(Activation.Tanh, examples: 12);
        double[][] g = net.All;
        double[] mean = SingleGradients.Mean(g);
        var exact = new ExactNoise(net.Layout, net.Parameters, g.Length);
        net.Curvature.Run(exact.Requests());
        var variances = new List<double>();
        for (int i = 0; i < g.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double[] off = [.. g[i].Select((value, k) => ((value + g[j][k]) / 2) - mean[k])];
                variances.Add(SingleGradients.Dot(off, off) / SingleGradients.Dot(mean, mean));
            }
        }

        exact.Whole.RelativeVariance(2, g.Length).ShouldBe(variances.Average(), 1e-4 * variances.Average());
        exact.Whole.RelativeVariance(g.Length, g.Length).ShouldBe(0);
    }

    [Fact]
    public void Signed_gradients_are_sums_with_the_signs_of_seed_and_example()
    {
        var net = new SingleGradients(Activation.Relu);
        var sum = new AlignedVector(net.Layout.Length);
        var request = new SignedGradientRequest(net.Parameters, sum, seed: 9);
        net.Curvature.Answer(request);
        double[] expected = new double[net.Layout.Length];
        double signs = 0;
        foreach (int example in net.Data.Split.Shards.SelectMany(shard => shard))
        {
            double sign = (new RandomStream(9, StreamPurpose.ExampleSign, example).NextBits() & 1) == 1 ? -1 : 1;
            signs += sign / 90;
            expected = [.. expected.Zip(net.Of(example), (e, g) => e + (sign * g / 90))];
        }

        request.Losses[1].ShouldBe(signs, 1e-12);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            ((double)sum.Span[i]).ShouldBe(expected[i], 1e-5 * scale);
        }
    }

    [Fact]
    public void Curved_noise_has_the_trace_of_hessian_times_covariance()
    {
        var net = new SingleGradients(Activation.Tanh, hidden: 6);
        double[][] gradients = net.All;
        double[] mean = SingleGradients.Mean(gradients);
        double trace = gradients.Average(g => Curvature([.. g.Zip(mean, (a, b) => a - b)]));
        double along = Curvature(mean);
        var curved = new CurvedNoise(net.Layout, net.Parameters, gradients.Length, samples: 400, seed: 3);
        net.Curvature.Run(curved.Requests());

        curved.CurvatureAlongGradient.ShouldBe(along, 1e-3 * Math.Abs(along));
        Math.Abs(curved.Trace - trace).ShouldBeLessThan(3 * curved.TraceError);
        curved.TraceError.ShouldBeLessThan(0.15 * trace);
        along.ShouldBeGreaterThan(0);
        curved.BestRate!.Value.ShouldBe(SingleGradients.Dot(mean, mean) / along, 1e-3);
        curved.BestRateAt(10)!.Value.ShouldBe(curved.BestRate.Value / (1 + (curved.Scale!.Value / 10)), 1e-9);

        double Curvature(double[] vector)
        {
            AlignedVector direction = new(net.Layout.Length), product = new(net.Layout.Length);
            vector.Select(value => (float)value).ToArray().CopyTo(direction.Span);
            net.Curvature.Multiply(net.Parameters, direction, product);
            return FlatVectors.Dot(direction, product);
        }
    }

    [Fact]
    public void The_gradient_of_a_batch_of_all_is_the_true_one()
    {
        var net = new SingleGradients(Activation.Relu);
        var exact = new ExactNoise(net.Layout, net.Parameters, 90);
        net.Curvature.Run(exact.Requests());
        var batches = new BatchGradient(net.Task);
        GradientQuality all = batches.Measure(net.Parameters, exact.Gradient, 90, draw: 4);
        all.Cosine.ShouldBe(1, 1e-6);
        all.RelativeVariance.ShouldBe(0, 1e-9);
        GradientQuality few = batches.Measure(net.Parameters, exact.Gradient, 3, draw: 4);
        few.Cosine.ShouldBeLessThan(0.999);
        batches.Measure(net.Parameters, exact.Gradient, 3, draw: 5).ShouldNotBe(few);
    }
}
