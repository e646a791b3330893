using DistSgd.Learning;
using DistSgd.Numerics.Random;
using DistSgd.Simulation.Scale;

namespace DistSgd.Simulation.Tests.Scale;

/// <summary>Models that are fitted on clusters whose costs are known.</summary>
public sealed class CostFitTests
{
    private static readonly MeasuredRun About = new("test", "test", 2, 400_000);
    private static readonly int[] Sizes = [1, 2, 4, 8];

    [Fact]
    public void What_was_planted_is_found()
    {
        CostModel planted = Models.Typical;
        CostModel found = CostFit.Fit([.. Sizes.Select(workers => Models.Measure(planted, workers, 128))], About);
        found.Worker.FixedSeconds.ShouldBe(planted.Worker.FixedSeconds, 1e-8);
        found.Worker.PerExampleSeconds.ShouldBe(planted.Worker.PerExampleSeconds, 1e-10);
        found.Worker.SendSeconds.ShouldBe(planted.Worker.SendSeconds, 1e-8);
        found.Server.SumSeconds.ShouldBe(planted.Server.SumSeconds, 1e-8);
        found.Server.ReceiveSeconds.ShouldBe(planted.Server.ReceiveSeconds, 1e-8);
        found.WakeUpSeconds.ShouldBe(planted.WakeUpSeconds, 2e-6);
        ShouldPredict(found, planted, 512, 0.01);
    }

    [Fact]
    public void Work_that_no_step_waits_for_is_taken_out_of_the_servers()
    {
        // Its log is written by another thread, while the step goes on.
        CostModel planted = Models.Typical with { WakeUpSeconds = 0 };
        CostMeasurement[] measured =
            [.. Sizes.Select(workers => Models.Measure(planted, workers, 128)).Select(one => one with { ServerUserSeconds = one.ServerUserSeconds + 100e-6 })];
        CostModel found = CostFit.Fit(measured, About);
        found.Server.UpdateSeconds.ShouldBe(planted.Server.UpdateSeconds, 2e-6);
        ShouldPredict(found, planted, 512, 0.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Noise_of_a_few_percent_does_not_spoil_the_prediction(ulong seed)
    {
        var random = new RandomStream(seed, StreamPurpose.Simulation);
        double Noisy(double value) => value * (1 + (0.04 * ((2 * random.NextDouble()) - 1)));
        CostModel planted = Models.Typical;
        CostMeasurement[] measured = [.. Sizes.Select(workers => Models.Measure(planted, workers, 128)).Select(one => one with
        {
            StepSeconds = Noisy(one.StepSeconds),
            ServerUserSeconds = Noisy(one.ServerUserSeconds),
            ServerSystemSeconds = Noisy(one.ServerSystemSeconds),
            WorkerUserSeconds = Noisy(one.WorkerUserSeconds),
            WorkerSystemSeconds = Noisy(one.WorkerSystemSeconds),
        })];
        ShouldPredict(CostFit.Fit(measured, About), planted, 512, 0.1);
    }

    [Fact]
    public void Too_few_measurements_are_refused()
    {
        CostMeasurement one = Models.Measure(Models.Typical, 1, 128);
        Should.Throw<InputException>(() => CostFit.Fit([one, one], About)).Message.ShouldContain("two sizes");
        Should.Throw<InputException>(() => CostFit.Fit([one, Models.Measure(Models.Typical, 2, 64)], About)).Message.ShouldContain("one batch size");
    }

    private static void ShouldPredict(CostModel found, CostModel planted, int batch, double tolerance)
    {
        foreach (int workers in Sizes)
        {
            ModelCheck.Of(found, Models.Measure(planted, workers, batch)).Error.ShouldBe(0, tolerance, $"{workers} workers");
        }
    }
}
