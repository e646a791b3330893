using DistSgd.Simulation.Scale;

namespace DistSgd.Simulation.Tests.Scale;

/// <summary>Cost models to test with.</summary>
internal static class Models
{
    /// <summary>About what a machine of two cores was measured to take.</summary>
    public static CostModel Typical { get; } = new()
    {
        Version = CostModel.CurrentVersion,
        Run = "typical",
        Processor = "test",
        Cores = 2,
        MessageBytes = 400_000,
        Batch = 128,
        Worker = new WorkerCosts(80e-6, 5e-6, 60e-6, 60e-6),
        Server = new ServerCosts(350e-6, 55e-6, 45e-6, 45e-6),
        WakeUpSeconds = 10e-6,
        Network = new NetworkCosts(20e-6, 1e9),
        Measurements = [],
    };

    /// <summary>What a cluster with these costs would be measured to take.</summary>
    public static CostMeasurement Measure(CostModel model, int workers, int batch) => new(
        workers,
        batch,
        1000,
        CostFit.StepSeconds(model, workers, batch),
        model.Server.UpdateSeconds + (workers * model.Server.SumSeconds),
        workers * (model.Server.ReceiveSeconds + model.Server.SendSeconds),
        model.Worker.FixedSeconds + (model.Worker.PerExampleSeconds * batch / workers),
        model.Worker.ReceiveSeconds + model.Worker.SendSeconds);
}
