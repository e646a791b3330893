using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Curvature;

public sealed class SharpnessTests
{
    [Fact]
    public void No_random_point_of_the_box_is_higher_than_the_corner_that_was_climbed()
    {
        SmallNet net = SmallNet.Trained(40);
        var settings = new SharpnessSettings(BoxSize: 0.02);
        Sharpness sharpness = net.Run(new Sharpness(net.Parameters, settings), s => s.Requests(Steepest(net)));
        sharpness.LossInBox.ShouldBeGreaterThan(sharpness.Loss);
        sharpness.Keskar.ShouldBe(100 * (sharpness.LossInBox - sharpness.Loss) / (1 + sharpness.Loss));
        for (int sample = 0; sample < 300; sample++)
        {
            AlignedVector corner = FlatVectors.Signs(net.Layout, seed: 9, sample);
            foreach (int place in net.Layout.CanonicalPlaces())
            {
                float theta = net.Parameters.Span[place];
                corner.Span[place] = theta + (corner.Span[place] * (float)settings.BoxSize * (Math.Abs(theta) + 1));
            }

            net.Curvature.Gradient(corner, new AlignedVector(corner.Length)).ShouldBeLessThanOrEqualTo(sharpness.LossInBox);
        }
    }

    [Fact]
    public void The_ball_is_reached_along_the_gradient()
    {
        SmallNet net = SmallNet.Trained(10);
        var gradient = new AlignedVector(net.Parameters.Length);
        double loss = net.Curvature.Gradient(net.Parameters, gradient);
        double norm = FlatVectors.Norm(gradient);
        var product = new AlignedVector(net.Parameters.Length);
        net.Curvature.Multiply(net.Parameters, gradient, product);
        const double Radius = 1e-2;
        Sharpness sharpness = net.Run(new Sharpness(net.Parameters, new SharpnessSettings(BallRadius: Radius)), s => s.Requests(Steepest(net)));
        sharpness.Loss.ShouldBe(loss);
        double secondOrder = (Radius * norm) + (0.5 * Radius * Radius * FlatVectors.Dot(gradient, product) / (norm * norm));
        sharpness.Sam.ShouldBe(secondOrder, 1e-5);
    }

    [Fact]
    public void A_critical_point_without_a_gradient_is_climbed_along_its_curvature()
    {
        // All weights at zero and equally many examples of each class: no gradient but rounding, yet curvature.
        SmallNet net = SmallNet.Zero(Activation.Sigmoid);
        var gradient = new AlignedVector(net.Parameters.Length);
        net.Curvature.Gradient(net.Parameters, gradient);
        FlatVectors.Norm(gradient).ShouldBeLessThan(1e-3);
        var settings = new SharpnessSettings(BoxSize: 0.05, BallRadius: 0.5);
        AlignedVector steepest = Steepest(net);
        Sharpness sharpness = net.Run(new Sharpness(net.Parameters, settings), s => s.Requests(steepest));

        var curvature = new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings());
        net.Curvature.Run(curvature.Requests());
        double rise = 0.5 * settings.BallRadius * settings.BallRadius * curvature.Largest[0].Value;
        sharpness.Sam.ShouldBe(rise, 0.1 * rise);
        sharpness.Keskar.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_second_corner_is_tried_where_it_is_higher_than_the_first()
    {
        SmallNet net = SmallNet.Trained(40);
        Sharpness Climbed(int iterations) => net.Run(
            new Sharpness(net.Parameters, new SharpnessSettings(BoxSize: 0.05, BoxIterations: iterations)), s => s.Requests(Steepest(net)));
        Climbed(10).LossInBox.ShouldBeGreaterThan(Climbed(1).LossInBox);
    }

    private static AlignedVector Steepest(SmallNet net) =>
        net.Run(new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings()), e => e.Requests()).Largest[0].Vector;
}
