using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Peers;

public sealed class TorchTrainingTests
{
    private const int Steps = 20;
    private const int Batch = 32;

    [SkippableTheory]
    [InlineData(Activation.Relu, LossKind.CrossEntropy)]
    [InlineData(Activation.Tanh, LossKind.Mse)]
    [InlineData(Activation.Gelu, LossKind.BinaryCrossEntropy)]
    public void Twenty_momentum_steps_from_the_same_start_over_the_same_batches_end_like_pytorch(Activation activation, LossKind loss)
    {
        TrainingData data = SmallRuns.Blobs(examples: 300, shards: 4, features: 12, noise: 0.6);
        MlpArchitecture architecture = SmallRuns.Model(data, activation, loss, 24, 10);
        ParameterLayout layout = architecture.CreateLayout();
        float[] start = CanonicalOrder.Export(layout, SmallRuns.Initial(architecture).Span);
        TrainingTask task = SmallRuns.Momentum(data, architecture, Batch, Steps);

        Dictionary<string, object> question = TorchPeer.Describe(architecture, start);
        question["learningRate"] = task.LearningRate.ValueAt(0);
        question["momentum"] = task.Momentum.ValueAt(0);
        question["batches"] = Batches(data);
        double[] expected = TorchPeer.Ask<double[]>("torch_training.py", question);

        AlignedVector trained = ReferenceTrainer.Train(task);
        CanonicalOrder.Export(layout, trained.Span).ShouldBeCloseTo(expected, 1e-5, "parameters");
        double moved = start.Zip(expected, (from, to) => Math.Abs(from - to)).Max();
        moved.ShouldBeGreaterThan(0.1); // far beyond the tolerance: there was something to agree on
    }

    private static object[] Batches(TrainingData data)
    {
        EpochSampler sampler = data.CreateSampler();
        Examples train = data.Dataset.Train;
        var batches = new object[Steps];
        for (int step = 0; step < Steps; step++)
        {
            StepRange range = sampler.StepRange(step, Batch);
            int[] examples = [.. Enumerable.Range(0, data.Shards).SelectMany(shard => sampler.Slice(range, shard).ToArray())];
            batches[step] = new
            {
                Inputs = examples.Select(e => train.FloatRow(e).ToArray()),
                Labels = examples.Select(e => train.Labels[e]),
            };
        }

        return batches;
    }
}
