using DistSgd.Learning.Curvature;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Curvature;

public sealed class CurvatureProbeTests
{
    private static readonly CurvatureSettings Quick = new()
    {
        TraceSamples = 4,
        DensityVectors = 1,
        DensitySteps = 10,
        LinePoints = 5,
        PlanePoints = 3,
    };

    [Fact]
    public void The_start_of_a_net_is_a_saddle_and_the_examination_is_whole()
    {
        SmallNet net = SmallNet.Trained(0);
        AlignedVector elsewhere = FlatVectors.Copy(net.Parameters);
        FlatVectors.Add(3, FlatVectors.Normal(net.Layout, seed: 1, sample: 3), elsewhere);
        CurvatureProbe probe = net.Run(new CurvatureProbe(net.Layout, net.Parameters, Quick, [elsewhere]), p => p.Requests());
        double[] dense = net.Eigenvalues();
        dense[0].ShouldBeLessThan(-0.01); // there was something to find
        probe.IsFinite.ShouldBeTrue();
        probe.Verdict!.Kind.ShouldBe(PointKind.Saddle);
        probe.Verdict.Smallest.ShouldBe(dense[0], 1e-3 * dense[^1]);
        probe.Verdict.ConditionNumber.ShouldBeNull(); // there is none at a saddle
        probe.LayerGradientNorms.Sum(norm => norm * norm).ShouldBe(probe.GradientNorm * probe.GradientNorm, 1e-6);
        probe.Trace.Samples.Count.ShouldBe(4);
        probe.Line!.Losses.Count.ShouldBe(5);
        probe.Line.Losses[2].ShouldBe(probe.Loss);
        probe.Planes.Count.ShouldBe(2); // one point besides the end makes no plane
        foreach (PlaneSlice plane in probe.Planes)
        {
            plane.Slice.Losses.Count.ShouldBe(9);
            plane.Slice.Axes[0][^1].ShouldBeGreaterThan(Math.Abs(plane.Path[0].X));
        }
    }

    [Fact]
    public void A_point_that_is_not_finite_ends_the_examination()
    {
        SmallNet net = SmallNet.Trained(0);
        net.Parameters.Span[0] = float.NaN;
        CurvatureProbe probe = net.Run(new CurvatureProbe(net.Layout, net.Parameters, Quick), p => p.Requests());
        probe.IsFinite.ShouldBeFalse();
        probe.Verdict.ShouldBeNull();
        probe.Trace.Samples.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(5, -1, true, PointKind.Saddle)]
    [InlineData(5, -1, false, PointKind.Saddle)] // a negative Ritz value proves itself
    [InlineData(5, 1, true, PointKind.Minimum)]
    [InlineData(5, -1e-5, true, PointKind.Minimum)] // rounding
    [InlineData(5, 1, false, PointKind.Uncertain)] // a smaller one may have been missed
    [InlineData(-1, -5, true, PointKind.Maximum)]
    [InlineData(1e-7, -1e-7, true, PointKind.Flat)]
    public void Eigenvalues_decide_the_verdict(double largest, double smallest, bool converged, PointKind expected)
    {
        EigenPair Pair(double value) => new(value, converged ? 0 : 1, converged, new AlignedVector(16));
        CurvatureVerdict verdict = CurvatureVerdict.Judge(1e-4, Pair(largest), Pair(smallest));
        verdict.Kind.ShouldBe(expected);
        verdict.IsCritical.ShouldBeTrue();
    }

    [Theory]
    [InlineData(8, 2, 4.0)]
    [InlineData(8, 7e-4, null)] // zero within rounding: a ten-thousandth of the largest
    [InlineData(8, 9e-4, 8 / 9e-4)]
    [InlineData(8, -2, null)]
    public void Only_a_positive_definite_hessian_has_a_condition_number(double largest, double smallest, double? expected)
    {
        EigenPair Pair(double value) => new(value, 0, HasConverged: true, new AlignedVector(16));
        CurvatureVerdict verdict = CurvatureVerdict.Judge(0.5, Pair(largest), Pair(smallest));
        verdict.ConditionNumber.ShouldBe(expected);
        verdict.HasFlatDirections.ShouldBe(verdict.Kind == PointKind.Minimum && expected is null);
        verdict.IsCritical.ShouldBeFalse();
    }
}
