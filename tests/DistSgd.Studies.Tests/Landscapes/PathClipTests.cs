using DistSgd.Learning.Landscapes;
using DistSgd.Studies.Landscapes.Charts;

namespace DistSgd.Studies.Tests.Landscapes;

public class PathClipTests
{
    private static readonly Interval Unit = new(0, 1);

    [Fact]
    public void A_path_ends_at_the_edge_and_comes_back_there()
    {
        (double[] x, double[] y) = PathClip.Inside(Unit, Unit, [(0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (0.5, 0.5)]);
        x.ShouldBe([0.5, 1, double.NaN, 0.5, 0.5]);
        y.ShouldBe([0.5, 0.5, double.NaN, 1, 0.5]);
    }

    [Fact]
    public void A_step_from_outside_to_outside_is_seen_where_it_passes()
    {
        (double[] x, double[] y) = PathClip.Inside(Unit, Unit, [(-1, 0.25), (2, 0.25)]);
        x.ShouldBe([0, 1], 1e-12);
        y.ShouldBe([0.25, 0.25]);
    }

    [Fact]
    public void A_path_inside_is_left_alone_and_one_outside_is_a_gap()
    {
        PathClip.Inside(Unit, Unit, [(0, 0), (1, 1), (1, 1)]).X.ShouldBe([0, 1, 1]);
        PathClip.Inside(Unit, Unit, [(2, 2), (3, 3)]).X.ShouldBe([double.NaN]);
        PathClip.Inside(Unit, new Interval(double.NegativeInfinity, double.PositiveInfinity), [(0, -1e9), (2, 1e9)]).X.ShouldBe([0, 1]);
    }
}
