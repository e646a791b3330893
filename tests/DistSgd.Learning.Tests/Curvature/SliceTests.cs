using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Curvature;

public sealed class SliceTests
{
    [Fact]
    public void A_filter_normalised_direction_has_the_norm_of_each_units_weights_and_no_bias()
    {
        SmallNet net = SmallNet.Trained(20);
        AlignedVector direction = SliceDirections.FilterNormalized(net.Layout, net.Parameters, seed: 1, sample: 1);
        foreach (LayerShape layer in net.Layout.Layers)
        {
            for (int output = 0; output < layer.Outputs; output++)
            {
                double Norm(AlignedVector vector) => Math.Sqrt(Enumerable.Range(0, layer.Inputs)
                    .Sum(input => Math.Pow(vector.Span[layer.WeightIndex(output, input)], 2)));
                Norm(direction).ShouldBe(Norm(net.Parameters), 1e-5);
            }

            layer.Bias(direction.Span).IndexOfAnyExcept(0f).ShouldBe(-1);
        }
    }

    [Fact]
    public void A_plane_holds_the_loss_at_each_of_its_points()
    {
        SmallNet net = SmallNet.Trained(20);
        AlignedVector first = SliceDirections.FilterNormalized(net.Layout, net.Parameters, seed: 1, sample: 1);
        AlignedVector second = SliceDirections.FilterNormalized(net.Layout, net.Parameters, seed: 1, sample: 2);
        var slice = new LossSlice(net.Parameters, [first, second], [LossSlice.Axis(1, 9), LossSlice.Axis(2, 11)]);
        net.Curvature.Run(slice.Requests());
        slice.Rows.Length.ShouldBe(11);
        var gradient = new AlignedVector(net.Parameters.Length);
        slice.Rows[5][4].ShouldBe(net.Curvature.Gradient(net.Parameters, gradient)); // the middle is the point itself

        AlignedVector corner = FlatVectors.Copy(net.Parameters);
        FlatVectors.Add(1, first, corner);
        FlatVectors.Add(-2, second, corner);
        slice.Rows[0][8].ShouldBe(net.Curvature.Gradient(corner, gradient), 1e-5); // the first layer is summed in another order
    }

    [Fact]
    public void Axes_are_even_and_symmetric() => LossSlice.Axis(2, 5).ShouldBe([-2, -1, 0, 1, 2]);

    [Fact]
    public void A_point_of_the_plane_is_projected_onto_itself_and_others_know_what_they_lose()
    {
        SmallNet net = SmallNet.Trained(5);
        AlignedVector u = FlatVectors.Normal(net.Layout, seed: 1, sample: 1), v = FlatVectors.Normal(net.Layout, seed: 1, sample: 2);
        AlignedVector point = FlatVectors.Copy(net.Parameters);
        FlatVectors.Add(0.5, u, point);
        FlatVectors.Add(-0.25, v, point);
        PlanePoint inside = SliceDirections.Project(net.Parameters, u, v, point);
        inside.X.ShouldBe(0.5, 1e-5);
        inside.Y.ShouldBe(-0.25, 1e-5);
        inside.InPlane.ShouldBe(1, 1e-5);

        AlignedVector elsewhere = FlatVectors.Copy(net.Parameters);
        FlatVectors.Add(1, FlatVectors.Normal(net.Layout, seed: 1, sample: 3), elsewhere);
        SliceDirections.Project(net.Parameters, u, v, elsewhere).InPlane.ShouldBeLessThan(0.5);
        SliceDirections.Project(net.Parameters, u, v, net.Parameters).ShouldBe(new PlanePoint(0, 0, 1));
    }

    [Fact]
    public void The_plane_of_a_path_holds_its_start_and_its_farthest_bend()
    {
        SmallNet net = SmallNet.Trained(5);
        AlignedVector u = FlatVectors.Normal(net.Layout, seed: 1, sample: 1), v = FlatVectors.Normal(net.Layout, seed: 1, sample: 2);
        AlignedVector Point(double a, double b)
        {
            AlignedVector point = FlatVectors.Copy(net.Parameters);
            FlatVectors.Add(a, u, point);
            FlatVectors.Add(b, v, point);
            return point;
        }

        AlignedVector[] path = [Point(2, 0), Point(1, 0.1), Point(0.5, 0.5), net.Parameters];
        (AlignedVector first, AlignedVector second) = SliceDirections.OfPath(net.Parameters, path)!.Value;
        FlatVectors.Dot(first, second).ShouldBe(0, 1e-5);
        path.ShouldAllBe(point => SliceDirections.Project(net.Parameters, first, second, point).InPlane > 0.9999);

        SliceDirections.OfPath(net.Parameters, [Point(2, 0), Point(1, 0), net.Parameters]).ShouldBeNull(); // a straight line
        SliceDirections.OfPath(net.Parameters, [net.Parameters]).ShouldBeNull();
    }

    [Fact]
    public void Shares_of_the_layers_sum_to_one()
    {
        SmallNet net = SmallNet.Trained(5);
        AlignedVector vector = FlatVectors.Normal(net.Layout, seed: 1, sample: 1);
        SliceDirections.LayerShares(net.Layout, vector).Sum().ShouldBe(1, 1e-9);
        net.Layout.Layers[0].Bias(vector.Span).Clear();
        SliceDirections.LayerShares(net.Layout, vector).Length.ShouldBe(3);
    }
}
