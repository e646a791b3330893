using DistSgd.Studies.Statistics;

namespace DistSgd.Studies.Tests.Statistics;

public sealed class EstimateTests
{
    [Fact]
    public void Intervals_are_students()
    {
        Estimate estimate = Estimate.Of([1, 2, null, 3, 4, 5])!.Value;
        estimate.Mean.ShouldBe(3);
        estimate.Count.ShouldBe(5);
        estimate.Error.ShouldBe(2.776445 * Math.Sqrt(2.5 / 5), 1e-5); // t of 4 degrees of freedom
    }

    [Fact]
    public void One_trial_has_no_interval_and_none_has_nothing()
    {
        Estimate.Of([7])!.Value.Mean.ShouldBe(7);
        Estimate.Of([7])!.Value.Error.ShouldBe(double.NaN);
        Estimate.Of([null, null]).ShouldBeNull();
    }

    [Fact]
    public void Estimates_differ_where_their_intervals_have_nothing_in_common()
    {
        var low = new Estimate(1, 0.4, 5);
        low.DiffersFrom(new Estimate(2, 0.5, 5)).ShouldBeTrue();
        low.DiffersFrom(new Estimate(2, 0.7, 5)).ShouldBeFalse();
        low.DiffersFrom(new Estimate(20, double.NaN, 1)).ShouldBeFalse();
    }
}
