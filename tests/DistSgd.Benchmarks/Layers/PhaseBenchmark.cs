using System.Diagnostics;
using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Memory;

namespace DistSgd.Benchmarks.Layers;

/// <summary>Where the time of a step goes: the phases of one step after the other, as training runs them, each with its own clock.</summary>
internal static class PhaseBenchmark
{
    private static readonly string[] Names = ["gather", "forward", "loss", "backward", "gradient", "measure", "update"];
    private static readonly int[][] Models = [[128], [512, 256]];
    private static readonly int[] Batches = [1, 8, 32, 128, SliceGradients.MaxBlockRows];

    /// <summary>Prints the table.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Console.WriteLine("Phases of a step of four slices, microseconds (median of {0} rounds of {1} steps)", rounds, PhasedStep.StepsOfRound);
        Console.WriteLine($"{"model",-18}{"rows",6}{string.Concat(Names.Select(name => name.PadLeft(10)))}{"sum",10}");
        foreach (int[] hidden in Models)
        {
            foreach (int rows in Batches)
            {
                Workload workload = Workload.Create(hidden, rows, workers: 1);
                var step = new PhasedStep(workload, rows);
                step.WarmUp();
                double[][] seconds = [.. Enumerable.Range(0, rounds).Select(_ => step.Run())];
                double[] medians = [.. Names.Select((_, phase) => Contest.Median([.. seconds.Select(s => s[phase])]))];
                Console.Write($"{workload.Widths.Replace(',', '-'),-18}{rows,6}");
                Console.WriteLine(string.Concat(medians.Append(medians.Sum()).Select(s => $"{s * 1e6,10:F1}")));
            }
        }

        Console.WriteLine();
    }

    /// <summary>A step cut into its phases.</summary>
    private sealed unsafe class PhasedStep
    {
        public const int StepsOfRound = 300;

        private readonly TrainingData _data;
        private readonly MlpPass _pass;
        private readonly PartialGradient _sum;
        private readonly ReductionPlan _plan;
        private readonly GradientMeasurement _measurement;
        private readonly GradientTree _tree = new(1);
        private readonly GradientTransformChain _optimizer;
        private readonly int[] _examples;
        private readonly double[] _losses;
        private readonly byte[] _correct;
        private readonly Random _random = new(1);
        private AlignedVector _parameters;

        public PhasedStep(Workload workload, int rows)
        {
            TrainingTask task = workload.Task;
            _data = task.Data;
            ParameterLayout layout = task.Architecture.CreateLayout();
            _parameters = new AlignedVector(layout.Length);
            ParameterInitializer.Fill(layout, task.Initialization, task.Seed, _parameters.Span);
            _pass = new MlpPass(task.Architecture, rows);
            _examples = new int[rows];
            _losses = new double[rows];
            _correct = new byte[rows];
            int slices = Math.Min(4, rows);
            _sum = new PartialGradient(new ShardRange(0, 4), new AlignedVector(layout.Length));
            _plan = new ReductionPlan(layout.Length, slices);
            _measurement = new GradientMeasurement(layout);
            _optimizer = Optimizer.Build(task.Optimizer);
            _optimizer.Init(layout);
        }

        /// <summary>Runs until the compiler has no more to improve.</summary>
        public void WarmUp()
        {
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5;)
            {
                Run();
            }
        }

        /// <summary>Trains <see cref="StepsOfRound"/> steps.</summary>
        /// <returns>Mean seconds of each phase.</returns>
        public double[] Run()
        {
            var ticks = new long[Names.Length];
            for (int step = 0; step < StepsOfRound; step++)
            {
                Step(ticks);
            }

            return [.. ticks.Select(t => (double)t / Stopwatch.Frequency / StepsOfRound)];
        }

        private void Step(long[] ticks)
        {
            int rows = _examples.Length;
            foreach (ref int example in _examples.AsSpan())
            {
                example = _random.Next(_data.Dataset.Train.Count);
            }

            PlanSlices(rows);
            long start = Stopwatch.GetTimestamp();
            Gather.Rows(_data.Dataset.Train, _data.Scaler, _examples, _pass.Inputs, _pass.InputStride);
            Stop(ref ticks[0], ref start);
            _pass.Forward(_parameters, rows);
            Stop(ref ticks[1], ref start);
            _pass.EvaluateLosses(_data.Targets, _examples, _losses, _correct);
            Stop(ref ticks[2], ref start);
            _pass.BackwardErrors(_parameters, rows);
            Stop(ref ticks[3], ref start);
            _pass.WeightGradient(_plan.Runs, _plan.RunCount);
            Stop(ref ticks[4], ref start);
            _tree.Clear();
            _tree.Add(0, _sum.Buffer);
            AlignedVector sum = _measurement.SumAndMeasure(_tree, rows);
            Stop(ref ticks[5], ref start);
            _optimizer.Step(new UpdateContext(0, 0, LearningRate: 0.01, Momentum: 0.9, _measurement.Norm), sum, rows, _parameters);
            Stop(ref ticks[6], ref start);
            _sum.Exchange(_parameters);
            _parameters = sum;
        }

        private void PlanSlices(int rows)
        {
            int slices = Math.Min(4, rows);
            _plan.Clear();
            for (int s = 0; s < slices; s++)
            {
                int first = rows * s / slices, end = rows * (s + 1) / slices;
                _plan.Add(s, first, end - first, new LeafPosition(s, s + 1 < slices ? s + 1 : null, _sum));
            }
        }

        private static void Stop(ref long ticks, ref long start)
        {
            long now = Stopwatch.GetTimestamp();
            ticks += now - start;
            start = now;
        }
    }
}
