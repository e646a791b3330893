using DistSgd.Simulation.Scale;

namespace DistSgd.Simulation.Tests.Scale;

/// <summary>Simulated steps against sums that can be done by hand.</summary>
public sealed class ScaledClusterTests
{
    private const double Tolerance = 3e-6; // the agenda rounds each of some twenty happenings to 0.1 µs

    private static readonly CostModel Model = Models.Typical;

    [Fact]
    public void A_step_of_one_worker_is_the_sum_of_its_parts()
    {
        double there = Model.Server.UpdateSeconds + Model.Server.SumSeconds + Model.Server.SendSeconds + Model.WakeUpSeconds + Model.Worker.ReceiveSeconds;
        double compute = Model.Worker.FixedSeconds + (128 * Model.Worker.PerExampleSeconds);
        double back = Model.Worker.SendSeconds + Model.WakeUpSeconds + Model.Server.ReceiveSeconds;
        CostFit.StepSeconds(Model, 1, 128).ShouldBe(there + compute + back, Tolerance);

        double network = 2 * (Model.Network.LatencySeconds + (Model.MessageBytes / Model.Network.BytesPerSecond));
        Apart(1, 128).Seconds.ShouldBe(there + compute + back + network, Tolerance);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void On_machines_of_their_own_workers_wait_for_what_is_sent_before_theirs(int workers)
    {
        // The card is the narrowest place: a frame takes longer than everything else that is done for one worker.
        CostModel model = Model with { Network = new NetworkCosts(20e-6, 1e9) };
        double frame = model.MessageBytes / model.Network.BytesPerSecond;
        double compute = model.Worker.FixedSeconds + (128 * model.Worker.PerExampleSeconds);
        double expected = model.Server.UpdateSeconds + (workers * model.Server.SumSeconds) + model.Server.SendSeconds + (workers * frame)
            + model.Network.LatencySeconds + model.WakeUpSeconds + model.Worker.ReceiveSeconds + compute + model.Worker.SendSeconds
            + model.Network.LatencySeconds + frame + model.WakeUpSeconds + model.Server.ReceiveSeconds;
        Apart(workers, 128 * workers).Seconds.ShouldBe(expected, Tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(32)]
    [InlineData(1024)]
    public void Messages_grow_linearly_and_queues_have_bounds(int workers)
    {
        ScaledStep step = Apart(workers, workers);
        step.Messages.ShouldBe(2 * workers);
        step.MostAtServer.ShouldBeLessThanOrEqualTo(3 * workers);
        step.MostAtWorker.ShouldBeLessThanOrEqualTo(2);
        step.MostOnAgenda.ShouldBeLessThanOrEqualTo((3 * workers) + 16);
    }

    [Fact]
    public void Work_for_two_cores_takes_at_least_half_its_sum()
    {
        foreach (int workers in (int[])[2, 4, 8])
        {
            CostMeasurement one = Models.Measure(Model, workers, 512);
            double sum = one.ServerUserSeconds + one.ServerSystemSeconds + (workers * (one.WorkerUserSeconds + one.WorkerSystemSeconds));
            one.StepSeconds.ShouldBeGreaterThan(sum / 2);
            one.StepSeconds.ShouldBeLessThan(sum + (4 * Model.WakeUpSeconds));
        }
    }

    [Fact]
    public void One_server_is_all_of_them_and_more_of_them_share_the_work()
    {
        StepCosts costs = StepCosts.Of(Model, 16, 2048, isOneMachine: false);
        double one = new ScaledCluster(costs).Run().Seconds;
        new ScaledCluster(costs.Split(1)).Run().Seconds.ShouldBe(one);
        double many = new ScaledCluster(costs.Split(1000)).Run().Seconds;
        many.ShouldBeLessThan(one);

        // What is left is the worker's own work and its card.
        double own = costs.Compute(0) + costs.WorkerReceive + costs.WorkerSend + (2 * costs.WakeUp)
            + (2 * (Model.Network.LatencySeconds + (costs.WorkerBytes / Model.Network.BytesPerSecond)));
        many.ShouldBe(own, 0.05 * own);
    }

    private static ScaledStep Apart(int workers, long batch) => new ScaledCluster(StepCosts.Of(Model, workers, batch, isOneMachine: false)).Run();
}
