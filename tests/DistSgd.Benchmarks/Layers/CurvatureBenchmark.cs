using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Benchmarks.Layers;

/// <summary>What a Hessian-vector product and the top eigenvalue cost, in gradients of the training code over the same examples.</summary>
internal static class CurvatureBenchmark
{
    private const int Examples = 10_000;
    private const long TrainedSteps = 430;

    private static readonly (int[] Hidden, Activation Activation)[] Models =
    [
        ([128], Activation.Relu), ([128], Activation.Tanh), ([512, 256], Activation.Relu), ([512, 256], Activation.Gelu),
    ];

    /// <summary>Prints the table.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Console.WriteLine(
            "Curvature over {0} examples on one thread, milliseconds (median of {1}); × is the time over a gradient's", Examples, rounds);
        Console.WriteLine($"{"model",-18}{"activation",-12}{"gradient",10}{"product",10}{"×",7}{"top eigenvalue",16}{"×",7}{"products",10}");
        foreach ((int[] hidden, Activation activation) in Models)
        {
            Workload workload = Workload.Create(hidden, Examples, workers: 1);
            var point = new TrainedPoint(workload.Task, activation);
            IContender[] contenders =
            [
                new Loop("gradient", point.Gradient), new Loop("product", point.Product), new Loop("top eigenvalue", point.TopEigenvalue),
            ];
            double[] seconds = Contest.Run(contenders, rounds);
            Console.WriteLine(
                $"{workload.Widths.Replace(',', '-'),-18}{activation,-12}{seconds[0] * 1e3,10:F1}{seconds[1] * 1e3,10:F1}"
                + $"{seconds[1] / seconds[0],7:F2}{seconds[2] * 1e3,16:F0}{seconds[2] / seconds[0],7:F1}{point.Products,10}");
        }

        Console.WriteLine();
    }

    /// <summary>A net after one epoch of the shipped config.</summary>
    private sealed class TrainedPoint
    {
        private readonly SliceGradients _gradients;
        private readonly LocalCurvature _curvature;
        private readonly ParameterLayout _layout;
        private readonly AlignedVector _parameters;
        private readonly AlignedVector _direction;
        private readonly AlignedVector _product;

        public TrainedPoint(TrainingTask shipped, Activation activation)
        {
            MlpArchitecture architecture = shipped.Architecture with { Activation = activation };
            _layout = architecture.CreateLayout();
            _parameters = ReferenceTrainer.Train(shipped with { Architecture = architecture, Batches = shipped.Data.PlanBatches(128), TotalSteps = TrainedSteps });
            _gradients = new SliceGradients(architecture, shipped.Data);
            _gradients.Assign([.. Enumerable.Range(0, shipped.Data.Shards)]);
            _curvature = new LocalCurvature(architecture, shipped.Data, Examples);
            _direction = FlatVectors.Normal(_layout, seed: 1, sample: 0);
            _product = new AlignedVector(_layout.Length);
        }

        /// <summary>Products that the top eigenvalue took.</summary>
        public int Products { get; private set; }

        public void Gradient() => _gradients.Compute(_parameters, new StepRange(0, 0, Examples));

        public void Product() => _curvature.Multiply(_parameters, _direction, _product);

        public void TopEigenvalue()
        {
            var eigenvalues = new ExtremeEigenvalues(_layout, _parameters, new ExtremeSettings(Largest: 1, Smallest: 0, Tolerance: 1e-3));
            _curvature.Run(eigenvalues.Requests());
            Products = eigenvalues.Steps;
        }
    }
}
