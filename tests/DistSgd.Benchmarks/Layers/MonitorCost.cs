using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Benchmarks.Layers;

/// <summary>What the monitor's measurements cost, each timed alone, as a share of a step with the shipped settings.</summary>
internal static class MonitorCost
{
    private const int Batch = 128;
    private const int ActivationExamples = 256;
    private const double Target = 0.03;

    /// <summary>Prints the shares.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Workload workload = Workload.Create([128], Batch, workers: 1);
        TrainingTask task = workload.Task;
        RunConfig config = workload.Config;
        double stepsBetween = (double)config.Monitor.ActivationsEvery / Batch;
        int window = config.Log.StepEvery;

        var server = new ParameterServer(task, NonFinitePolicy.SkipStep);
        var shards = new ShardCurvature(task.Architecture, task.Data, ActivationExamples);
        shards.Assign([.. Enumerable.Range(0, task.Data.Shards)]);
        var request = new ActivationRequest(server.Parameters, new ActivationSums(task.Architecture).Count);
        var gradients = new SliceGradients(task.Architecture, task.Data);
        gradients.Assign([.. Enumerable.Range(0, task.Data.Shards)]);
        gradients.Compute(server.Parameters, server.CurrentRange);
        PartialGradient[] partials = gradients.Partials.ToArray();
        AlignedVector sum = partials[0].Buffer;
        var builder = new StepWindowBuilder(server.Layout, window, hasAccuracy: true, task.Data.Shards);
        double[] norms = new double[server.Layout.Layers.Count];
        var result = new StepResult { Step = 1, Examples = Batch, ExamplesKept = Batch, Outcome = StepOutcome.Applied };

        SideWork[] parts =
        [
            new("activations, a forward pass over 256 examples", stepsBetween, () => shards.Compute(request)),
            new("norms of gradients and updates at the end of a window", window, () =>
            {
                builder.Gradient(sum, Batch);
                builder.Update(server.Parameters, sum);
            }),
            new("gradient norms of the shards", 1, () => builder.AddSlices(partials, 0)),
            new("events of a window as lines", window, () =>
            {
                builder.Add(result, norms, norms);
                foreach (TrainingEvent written in builder.Flush(DateTimeOffset.UnixEpoch, server, static _ => "worker-0"))
                {
                    EventJson.Write(written);
                }
            }),
        ];

        using var run = new ActorRun(workload);
        new StepShares(run, window, rounds).Print($"What the monitor measures (784-128-10, batch {Batch}, one worker)", Target, parts);
        Console.WriteLine();
    }
}
