using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Hosting.InProcess;
using DistSgd.Hosting.Logging;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Noise;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;

namespace DistSgd.Benchmarks.Layers;

/// <summary>
/// What it costs to measure the noise of the gradient with the shipped settings: live, beside a step, and over the whole training set, beside an epoch.
/// </summary>
internal static class NoiseCost
{
    private const int Batch = 128;
    private const int Burst = 100; // events that are written before the log is waited for
    private const double LiveTarget = 0.01; // of a step
    private const double NormsTarget = 0.25; // of a step
    private const double ExactTarget = 3; // epochs

    /// <summary>Prints the costs.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Workload workload = Workload.Create([128], Batch, workers: 1);
        TrainingTask task = workload.Task;
        int window = workload.Config.Log.StepEvery;
        ParameterLayout layout = task.Architecture.CreateLayout();

        // A fresh network is wrong about every example; one that has seen all of them is what is examined.
        AlignedVector parameters = ReferenceTrainer.Train(task with { TotalSteps = task.Batches.FirstStepsPerEpoch });
        string path = Path.GetTempFileName();
        try
        {
            using var log = new RunLogWriter(path);
            using var run = new ActorRun(workload);
            var shares = new StepShares(run, window, rounds);
            Console.WriteLine($"The noise of the gradient (784-128-10, batch {Batch}, one worker, median of {rounds})");
            shares.Print("Live noise scale", LiveTarget, LiveScale(workload, parameters, window, log));
            shares.Print("Exact norms of the single gradients", NormsTarget, SingleNorms(task, layout, parameters));
            shares.Print("Gradient tests, each time that they are taken", target: null, Tests(task, parameters));
            PrintExact(task, layout, parameters, run, window, rounds);
        }
        finally
        {
            File.Delete(path);
        }

        Console.WriteLine();
    }

    /// <summary>All that a run does for its <c>noise_scale</c> events, down to the line in the log.</summary>
    private static SideWork[] LiveScale(Workload workload, AlignedVector parameters, int window, RunLogWriter log)
    {
        TrainingTask task = workload.Task;
        var gradients = new SliceGradients(task.Architecture, task.Data);
        gradients.Assign([.. Enumerable.Range(0, task.Data.Shards)]);
        gradients.Compute(parameters, task.Batches.RangeOf(0));
        PartialGradient[] partials = gradients.Partials.ToArray();
        double squaredNorm = FlatVectors.Dot(partials[0].Sum!, partials[0].Sum!) / Batch / Batch;
        var estimator = new NoiseScaleEstimator(workload.Config.Monitor.NoiseDecay);

        void Add()
        {
            int slices = 0;
            double squares = 0;
            foreach (PartialGradient partial in partials)
            {
                foreach (ref readonly SliceStatistics slice in partial.Slices)
                {
                    slices++;
                    squares += slice.SquaredNorm / slice.Examples;
                }
            }

            estimator.Add(slices, squares, Batch, squaredNorm);
        }

        void Write()
        {
            // The log's own thread works too: what it has not written yet would fall into the next measurement.
            for (int i = 0; i < Burst; i++)
            {
                NoiseScale noise = estimator.Read()!.Value;
                log.Write(new NoiseScaleMeasurement
                {
                    Time = DateTimeOffset.UnixEpoch,
                    Step = window,
                    Epoch = 0,
                    CovarianceTrace = noise.Trace,
                    SquaredGradientNorm = noise.SquaredNorm,
                    NoiseScale = noise.Scale,
                    Low = noise.Low,
                    High = noise.High,
                });
            }

            log.Flush();
        }

        for (int step = 0; step < NoiseScaleEstimator.FewestSteps; step++)
        {
            Add(); // before that there is nothing to write
        }

        return
        [
            new("sums of the slices and the averages", 1, Add),
            new("interval and event of a window, into a log", Burst * window, Write),
        ];
    }

    private static unsafe SideWork SingleNorms(TrainingTask task, ParameterLayout layout, AlignedVector parameters)
    {
        var pass = new MlpPass(task.Architecture, Batch);
        int[] examples = task.Data.Split.Shards[0][..Batch];
        Gather.Rows(task.Data.Dataset.Train, task.Data.Scaler, examples, pass.Inputs, pass.InputStride);
        pass.Forward(parameters, Batch);
        pass.EvaluateLosses(task.Data.Targets, examples, new double[Batch], new byte[Batch]);
        pass.BackwardErrors(parameters, Batch);
        double[] sums = new double[layout.Layers.Count];
        LayerShape[] layers = [.. layout.Layers];
        return new SideWork($"of {Batch} rows, after their backward pass", 1, () => ExampleGradients.AddSquaredNorms(pass, layers, Batch, sums));
    }

    private static SideWork Tests(TrainingTask task, AlignedVector parameters)
    {
        var curvature = new LocalCurvature(task.Architecture, task.Data, Batch);
        var request = new GradientTestRequest(parameters);
        return new SideWork($"of {task.Data.Shards} slices of {Batch / task.Data.Shards}, with their gradients", 1, () => curvature.Answer(request));
    }

    // Rounds of whole epochs: both sides take tenths of a second.
    private static void PrintExact(
        TrainingTask task, ParameterLayout layout, AlignedVector parameters, ActorRun run, int window, int rounds)
    {
        int all = task.Data.Count(DataPart.Training), epoch = task.Batches.FirstStepsPerEpoch;
        int steps = (epoch + window - 1) / window * window; // the run halts at the ends of windows only
        IContender[] contenders =
        [
            new Loop("epoch", () => run.Run(steps)),
            new Loop("exact noise", () => CurvatureCluster.Run(task, workers: 1, all, new ExactNoise(layout, parameters, all).Requests())),
        ];
        double[] seconds = Contest.Run(contenders, rounds);
        double training = seconds[0] * epoch / steps;
        Console.WriteLine(
            $"Exact tr Σ over {all} examples in {seconds[1] * 1e3:F0} ms, an epoch of training in {training * 1e3:F0} ms: "
            + $"{seconds[1] / training:F2} epochs (target {ExactTarget:F0})");
    }
}
