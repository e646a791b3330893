using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Peers;

public sealed class TorchCurvatureTests
{
    private const double Tolerance = 3e-5;

    [SkippableFact]
    public void Products_top_eigenvalues_and_traces_are_those_of_pytorch()
    {
        Point[] points =
        [
            .. from activation in Enum.GetValues<Activation>()
               from loss in Enum.GetValues<LossKind>()
               select new Point(SmallRuns.Blobs(examples: 60, shards: 3, noise: 0.8), activation, loss, [6, 4], Dense: true),
            new Point(SmallRuns.Blobs(examples: 200, shards: 4, features: 300, noise: 3), Activation.Relu, LossKind.CrossEntropy, [80], Dense: false),
        ];
        Answer[] answers = TorchPeer.Ask<Answer[]>("torch_curvature.py", points.Select(point => point.Describe()));
        answers.Length.ShouldBe(points.Length);
        foreach ((Point point, Answer answer) in points.Zip(answers))
        {
            point.Check(answer);
        }
    }

    private sealed record Answer(double[] Product, double Largest, double? Smallest, double? Trace);

    /// <summary>A net after some steps, where all of its curvature is looked at.</summary>
    private sealed record Point(TrainingData Data, Activation Activation, LossKind Loss, int[] Hidden, bool Dense)
    {
        private readonly MlpArchitecture _architecture = SmallRuns.Model(Data, Activation, Loss, Hidden);
        private AlignedVector? _parameters;
        private AlignedVector? _direction;

        private ParameterLayout Layout => _architecture.CreateLayout();

        private AlignedVector Parameters =>
            _parameters ??= ReferenceTrainer.Train(SmallRuns.Momentum(Data, _architecture, batch: 20, steps: 15));

        private AlignedVector Direction => _direction ??= FlatVectors.Normal(Layout, seed: 1, sample: 7);

        public Dictionary<string, object> Describe()
        {
            Dictionary<string, object> question = TorchPeer.Describe(_architecture, CanonicalOrder.Export(Layout, Parameters.Span));
            Examples train = Data.Dataset.Train;
            question["inputs"] = TorchPeer.Rows(train.Floats!, train.Width);
            question["labels"] = train.Labels;
            question["direction"] = CanonicalOrder.Export(Layout, Direction.Span);
            question["dense"] = Dense;
            return question;
        }

        public void Check(Answer answer)
        {
            string what = $"{Activation}, {Loss}, {Layout.ParameterCount} parameters";
            var curvature = new LocalCurvature(_architecture, Data);
            var product = new AlignedVector(Layout.Length);
            curvature.Multiply(Parameters, Direction, product);
            CanonicalOrder.Export(Layout, product.Span).ShouldBeCloseTo(answer.Product, Tolerance, what);

            var eigenvalues = new ExtremeEigenvalues(Layout, Parameters, new ExtremeSettings(1, 1, 1e-5, MaxSteps: 300));
            curvature.Run(eigenvalues.Requests());
            eigenvalues.Largest[0].Value.ShouldBe(answer.Largest, 1e-4 * answer.Largest, what);
            if (answer.Smallest is { } smallest)
            {
                eigenvalues.Smallest[0].Value.ShouldBe(smallest, 1e-4 * answer.Largest, what);
            }

            if (answer.Trace is { } exact)
            {
                var trace = new TraceEstimate(Layout, Parameters, samples: 200, seed: 2);
                curvature.Run(trace.Requests());
                Math.Abs(trace.Mean - exact).ShouldBeLessThan(3.5 * trace.StandardError, what); // of fifteen, fixed seeds
            }
        }
    }
}
