using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests;

public sealed class ReferenceTrainerTests
{
    [Theory]
    [InlineData(Activation.Relu, LossKind.CrossEntropy)]
    [InlineData(Activation.Gelu, LossKind.BinaryCrossEntropy)]
    [InlineData(Activation.Tanh, LossKind.Mse)]
    public void Blobs_are_learnt(Activation activation, LossKind loss)
    {
        TrainingData data = SmallRuns.Blobs(examples: 600, shards: 4, noise: 0.1, validation: 200);
        MlpArchitecture architecture = SmallRuns.Model(data, activation, loss, 16);
        AlignedVector parameters = ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 32, steps: 150));
        Accuracy(data, architecture, parameters).ShouldBeGreaterThan(0.99);
    }

    [Fact]
    public void Spirals_are_learnt()
    {
        TrainingData data = SmallRuns.Prepare(
            SyntheticData.Spirals(seed: 1, classes: 3, examples: 1500, testExamples: 0, noise: 0.1), shards: 4, validation: 300);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 32, 32);
        AlignedVector parameters = ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 64, steps: 1000));
        Accuracy(data, architecture, parameters).ShouldBeGreaterThan(0.97);
    }

    [Fact]
    public void Steps_follow_momentum_descent_in_double_precision()
    {
        TrainingData data = SmallRuns.Blobs(examples: 40, shards: 3);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Tanh, LossKind.CrossEntropy, 6);
        ParameterLayout layout = architecture.CreateLayout();
        var oracle = new DoubleMlp(architecture);
        double[] theta = Array.ConvertAll(CanonicalOrder.Export(layout, SmallRuns.Initial(architecture).Span), p => (double)p);
        var velocity = new double[theta.Length];
        EpochSampler sampler = data.CreateSampler();
        for (int step = 0; step < 8; step++)
        {
            StepRange range = data.PlanBatches(16).RangeOf(step); // 16, 16, 8, 16 ...
            int[] examples = [.. Enumerable.Range(0, 3).SelectMany(shard => sampler.Slice(range, shard).ToArray())];
            double[] gradient = DoubleMlp.Gradient(
                theta, p => examples.Average(e => oracle.Loss(p, data.Dataset.Train.FloatRow(e), data.Targets, e)));
            for (int i = 0; i < theta.Length; i++)
            {
                velocity[i] = (0.9 * velocity[i]) + gradient[i];
                theta[i] -= 0.1 * velocity[i];
            }
        }

        AlignedVector trained = ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 16, steps: 8));
        CanonicalOrder.Export(layout, trained.Span).ShouldBeCloseTo(theta, 1e-6, "parameters");
    }

    [Fact]
    public void A_growing_batch_takes_fewer_steps_along_the_same_course_of_the_learning_rate()
    {
        TrainingData data = SmallRuns.Blobs(examples: 40, shards: 3);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Tanh, LossKind.CrossEntropy, 6);
        ParameterLayout layout = architecture.CreateLayout();
        var oracle = new DoubleMlp(architecture);
        double[] theta = Array.ConvertAll(CanonicalOrder.Export(layout, SmallRuns.Initial(architecture).Span), p => (double)p);
        EpochSampler sampler = data.CreateSampler();

        // Batches of 16, 32 and 40; the time counts the steps of a batch of 16, three an epoch.
        foreach ((int epoch, int position, int count, int time) in (ReadOnlySpan<(int, int, int, int)>)
            [(0, 0, 16, 0), (0, 16, 16, 1), (0, 32, 8, 2), (1, 0, 32, 3), (1, 32, 8, 5), (2, 0, 40, 6), (3, 0, 40, 9)])
        {
            var range = new StepRange(epoch, position, count);
            int[] examples = [.. Enumerable.Range(0, 3).SelectMany(shard => sampler.Slice(range, shard).ToArray())];
            double[] gradient = DoubleMlp.Gradient(
                theta, p => examples.Average(e => oracle.Loss(p, data.Dataset.Train.FloatRow(e), data.Targets, e)));
            for (int i = 0; i < theta.Length; i++)
            {
                theta[i] -= 0.5 * (1 - (time / 12.0)) * gradient[i];
            }
        }

        AlignedVector trained = ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 16, steps: 7) with
        {
            Batches = data.PlanBatches(16, new BatchGrowth(2, 1)),
            LearningRate = new LinearSchedule(0.5, 0, 12),
            Momentum = new ConstantSchedule(0),
        });
        CanonicalOrder.Export(layout, trained.Span).ShouldBeCloseTo(theta, 1e-6, "parameters");
    }

    [Fact]
    public void Every_batch_size_from_one_to_beyond_the_whole_set_trains()
    {
        TrainingData data = SmallRuns.Blobs(examples: 50, shards: 7);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 4);
        var ends = new HashSet<string>();
        foreach (int batch in new[] { 1, 3, 7, 49, 50, 1000 })
        {
            AlignedVector parameters = ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch, steps: 4));
            float.IsFinite(parameters.Span[0]).ShouldBeTrue();
            ends.Add(SmallRuns.Sha256(architecture, parameters));
        }

        ends.Count.ShouldBe(5); // a batch of 50 is that of 1000
    }

    [Fact]
    public void Each_step_reports_the_norm_of_its_mean_gradient()
    {
        TrainingData data = SmallRuns.Blobs(examples: 50, shards: 2);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 4);
        var norms = new List<(long Step, double Norm)>();
        ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 50, steps: 5), (step, norm) => norms.Add((step, norm)));
        norms.Select(n => n.Step).ShouldBe([0, 1, 2, 3, 4]);

        var oracle = new DoubleMlp(architecture);
        double[] theta = Array.ConvertAll(
            CanonicalOrder.Export(architecture.CreateLayout(), SmallRuns.Initial(architecture).Span), p => (double)p);
        double[] gradient = DoubleMlp.Gradient(
            theta, p => Enumerable.Range(0, 50).Average(e => oracle.Loss(p, data.Dataset.Train.FloatRow(e), data.Targets, e)));
        norms[0].Norm.ShouldBe(Math.Sqrt(gradient.Sum(g => g * g)), 1e-5);
    }

    [Fact]
    public void Steps_with_a_non_finite_slice_are_skipped()
    {
        TrainingData data = SmallRuns.Blobs(examples: 40, shards: 4);
        data.Dataset.Train.Floats![0] = float.NaN;
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 4);
        var steps = new List<long>();
        AlignedVector parameters =
            ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 10, steps: 8), (step, _) => steps.Add(step));
        steps.Count.ShouldBe(6); // one of four steps of each epoch has the bad example
        parameters.Span.ToArray().ShouldAllBe(p => float.IsFinite(p));
    }

    // Any change of a bit of training shows here. A change on purpose renews the numbers and is told in the changelog.
    [Theory]
    [InlineData(Activation.Relu, LossKind.CrossEntropy, "aeb7819e96c3e76ebe20227ff0e2c495f6198b274f3b4b16625b4946a0be8b23")]
    [InlineData(Activation.LeakyRelu, LossKind.Mse, "3120cabb9f37aee8ec61ba12191ac8ae69908e1d9edf0184da9c71689a2371be")]
    [InlineData(Activation.Gelu, LossKind.BinaryCrossEntropy, "1a50413d4c0592067f9ca22799b8eff4512c84572f6237b2fb4e0acec396b901")]
    public void A_golden_run_ends_with_its_golden_bits(Activation activation, LossKind loss, string sha256)
    {
        TrainingData data = SmallRuns.Blobs(examples: 100, shards: 4);
        MlpArchitecture architecture = SmallRuns.Model(data, activation, loss, 20, 6);
        AlignedVector parameters = ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 24, steps: 20));
        SmallRuns.Sha256(architecture, parameters).ShouldBe(sha256);
    }

    private static double Accuracy(TrainingData data, MlpArchitecture architecture, AlignedVector parameters)
    {
        (Examples set, int[] indices) = data.Part(DataPart.Validation);
        return new BlockEvaluator(architecture, data.Scaler).EvaluateAll(parameters, set, indices).Accuracy;
    }
}
