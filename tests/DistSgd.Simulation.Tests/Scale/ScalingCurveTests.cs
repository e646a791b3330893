using DistSgd.Simulation.Scale;

namespace DistSgd.Simulation.Tests.Scale;

public sealed class ScalingCurveTests
{
    private static readonly CostModel Model = Models.Typical;
    private static readonly ScalingCurve Curve = ScalingCurve.Predict(Model, 300, 128);

    [Fact]
    public void It_has_powers_of_two_and_the_largest_number() =>
        Curve.Points.Select(point => point.Workers).ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);

    [Fact]
    public void The_highest_rate_is_one_batch_for_the_time_that_each_worker_adds()
    {
        // Beside its frame on the card each worker costs the server's summing, which is not done meanwhile.
        double added = (Model.MessageBytes / Model.Network.BytesPerSecond) + Model.Server.SumSeconds;
        Curve.MostExamplesPerSecond!.Value.ShouldBe(128 / added, 0.01 * 128 / added);
    }

    [Fact]
    public void Saturation_is_found_to_the_worker()
    {
        int count = Curve.SaturatesAt!.Value;
        double mark = ScalingCurve.SaturatedShare * Curve.MostExamplesPerSecond!.Value;
        Rate(count).ShouldBeGreaterThanOrEqualTo(mark);
        Rate(count - 1).ShouldBeLessThan(mark);

        static double Rate(int workers) =>
            128L * workers / new ScaledCluster(StepCosts.Of(Model, workers, 128L * workers, isOneMachine: false)).Run().Seconds;
    }

    [Fact]
    public void A_batch_is_not_shared_by_more_workers_than_it_has_examples() =>
        Curve.Points.Where(point => point.Fixed is null).Select(point => point.Workers).ShouldBe([256, 300]);

    [Fact]
    public void Groups_and_more_servers_help_where_one_server_is_saturated()
    {
        ScalingPoint last = Curve.Points[^1];
        last.Groups.ShouldBeInRange(2, 150);
        last.TwoLevelSeconds!.Value.ShouldBeLessThan(last.Growing.Seconds / 3);
        last.ShardedSeconds[4].ShouldBeLessThan(last.Growing.Seconds / 3);
        last.ShardedSeconds[16].ShouldBeLessThan(last.ShardedSeconds[4]);
        Curve.Points[0].TwoLevelSeconds.ShouldBeNull();
    }
}
