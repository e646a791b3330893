using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;

namespace DistSgd.Benchmarks.Layers;

/// <summary>Where the time of a step goes: each phase by itself, over one block of rows in one slice.</summary>
internal static class PhaseBenchmark
{
    private static readonly int[][] Models = [[128], [512, 256]];
    private static readonly int[] Batches = [1, 8, 32, 128, SliceGradients.MaxBlockRows];

    /// <summary>Prints the table.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Console.WriteLine("Phases of a step, microseconds (median of {0}); the gradient in one slice and in four", rounds);
        Console.WriteLine(
            $"{"model",-18}{"rows",6}{"gather",9}{"forward",9}{"loss",9}{"backward",10}{"1 slice",9}{"4 slices",10}{"measure",9}{"update",9}");
        foreach (int[] hidden in Models)
        {
            foreach (int rows in Batches)
            {
                Workload workload = Workload.Create(hidden, rows, workers: 1);
                double[] seconds = Contest.Run(Phases(workload, rows), rounds);
                Console.Write($"{workload.Widths.Replace(',', '-'),-18}{rows,6}");
                Console.WriteLine(string.Concat(seconds.Zip((int[])[9, 9, 9, 10, 9, 10, 9, 9], (s, width) => $"{s * 1e6:F1}".PadLeft(width))));
            }
        }

        Console.WriteLine();
    }

    private static unsafe IContender[] Phases(Workload workload, int rows)
    {
        MlpArchitecture architecture = workload.Task.Architecture;
        TrainingData data = workload.Task.Data;
        ParameterLayout layout = architecture.CreateLayout();
        var parameters = new AlignedVector(layout.Length);
        var gradient = new AlignedVector(layout.Length);
        ParameterInitializer.Fill(layout, workload.Task.Initialization, workload.Task.Seed, parameters.Span);
        var pass = new MlpPass(architecture, rows);
        int[] examples = new int[rows];
        var random = new Random(1);
        var measurement = new GradientMeasurement(layout);
        var tree = new GradientTree(1);
        tree.Add(0, gradient);
        GradientTransformChain optimizer = Optimizer.Build(workload.Task.Optimizer);
        optimizer.Init(layout);
        double[] losses = new double[rows];
        byte[] correct = new byte[rows];
        var context = new UpdateContext(0, 0, LearningRate: 0, Momentum: 0.9, GradientNorm: 1);
        var whole = new PartialGradient(new ShardRange(0, 4), gradient);
        ReductionPlan one = Plan(layout, rows, 1, whole), four = Plan(layout, rows, Math.Min(4, rows), whole);
        return
        [
            new Loop("gather", () =>
            {
                for (int i = 0; i < rows; i++)
                {
                    examples[i] = random.Next(data.Dataset.Train.Count);
                }

                Gather.Rows(data.Dataset.Train, data.Scaler, examples, pass.Inputs, pass.InputStride);
            }),
            new Loop("forward", () => pass.Forward(parameters, rows)),
            new Loop("loss", () => pass.EvaluateLosses(data.Targets, examples, losses, correct)),
            new Loop("backward", () => pass.BackwardErrors(parameters, rows)),
            new Loop("1 slice", () => Gradient(pass, one, whole)),
            new Loop("4 slices", () => Gradient(pass, four, whole)),
            new Loop("measure", () => measurement.SumAndMeasure(tree, rows)),
            new Loop("update", () => optimizer.Step(context, gradient, rows, parameters)),
        ];
    }

    private static unsafe void Gradient(MlpPass pass, ReductionPlan plan, PartialGradient range)
    {
        pass.WeightGradient(plan.Runs, plan.RunCount);
        GC.KeepAlive(range);
    }

    private static ReductionPlan Plan(ParameterLayout layout, int rows, int slices, PartialGradient range)
    {
        var plan = new ReductionPlan(layout.Length, slices);
        plan.Clear();
        for (int s = 0; s < slices; s++)
        {
            int first = rows * s / slices, end = rows * (s + 1) / slices;
            plan.Add(s, first, end - first, new LeafPosition(s, s + 1 < slices ? s + 1 : null, range));
        }

        return plan;
    }
}
