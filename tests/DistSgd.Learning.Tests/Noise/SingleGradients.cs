using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Noise;

/// <summary>A small net with the gradient of every single example, formed one by one: what the estimators never form.</summary>
internal sealed class SingleGradients
{
    private readonly Dictionary<int, double[]> _byExample = [];

    public SingleGradients(Activation activation, LossKind loss = LossKind.CrossEntropy, int examples = 90, long steps = 12, params int[] hidden)
    {
        Data = SmallRuns.Blobs(examples, shards: 3, noise: 0.8);
        Architecture = SmallRuns.Model(Data, activation, loss, hidden.Length > 0 ? hidden : [7, 5]);
        Task = SmallRuns.Momentum(Data, Architecture, batch: 20, steps);
        Layout = Architecture.CreateLayout();
        Parameters = ReferenceTrainer.Train(Task);
        Curvature = new LocalCurvature(Architecture, Data);
        var slices = new SliceGradients(Architecture, Data);
        slices.Assign([0, 1, 2]);
        for (int position = 0; position < examples; position++)
        {
            var range = new StepRange(0, position, 1);
            slices.Compute(Parameters, range);
            AlignedVector gradient = slices.Partials.ToArray().Single(partial => partial.Sum is not null).Sum!;
            _byExample[slices.ExamplesOf(range, position % 3)[0]] = [.. gradient.Span.ToArray().Select(value => (double)value)];
        }
    }

    public TrainingData Data { get; }

    public MlpArchitecture Architecture { get; }

    public TrainingTask Task { get; }

    public ParameterLayout Layout { get; }

    public AlignedVector Parameters { get; }

    public LocalCurvature Curvature { get; }

    /// <summary>All gradients, in no particular order.</summary>
    public double[][] All => [.. _byExample.Values];

    public double[] Of(int example) => _byExample[example];

    public static double[] Mean(IReadOnlyList<double[]> gradients) =>
        [.. Enumerable.Range(0, gradients[0].Length).Select(i => gradients.Average(gradient => gradient[i]))];

    public static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    public static double Dot(double[] x, double[] y, Range range) => Dot(x[range], y[range]);
}
