using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Peers;

public sealed class TorchTrainingTests
{
    private const int Steps = 20;
    private const int Batch = 32;

    [SkippableFact]
    public void Twenty_momentum_steps_from_the_same_start_over_the_same_batches_end_like_pytorch()
    {
        TrainingData data = SmallRuns.Blobs(examples: 300, shards: 4, features: 12, noise: 0.6);
        TrainingTask[] tasks =
        [
            Task(data, Activation.Relu, LossKind.CrossEntropy),
            Task(data, Activation.Tanh, LossKind.Mse),
            Task(data, Activation.Gelu, LossKind.BinaryCrossEntropy),
        ];
        double[][] answers = TorchPeer.Ask<double[][]>("torch_training.py", tasks.Select(Describe));
        answers.Length.ShouldBe(tasks.Length);
        foreach ((TrainingTask task, double[] expected) in tasks.Zip(answers))
        {
            AlignedVector trained = ReferenceTrainer.Train(task);
            CanonicalOrder.Export(task.Architecture.CreateLayout(), trained.Span)
                .ShouldBeCloseTo(expected, 1e-5, $"parameters with {task.Architecture.Activation}");
            double moved = Start(task).Zip(expected, (from, to) => Math.Abs(from - to)).Max();
            moved.ShouldBeGreaterThan(0.1); // far beyond the tolerance: there was something to agree on
        }
    }

    private static TrainingTask Task(TrainingData data, Activation activation, LossKind loss) =>
        SmallRuns.Momentum(data, SmallRuns.Model(data, activation, loss, 24, 10), Batch, Steps);

    private static float[] Start(TrainingTask task) =>
        CanonicalOrder.Export(task.Architecture.CreateLayout(), SmallRuns.Initial(task.Architecture).Span);

    private static Dictionary<string, object> Describe(TrainingTask task)
    {
        Dictionary<string, object> question = TorchPeer.Describe(task.Architecture, Start(task));
        question["learningRate"] = task.LearningRate.ValueAt(0);
        question["momentum"] = task.Momentum.ValueAt(0);
        question["batches"] = Batches(task.Data);
        return question;
    }

    private static object[] Batches(TrainingData data)
    {
        EpochSampler sampler = data.CreateSampler();
        Examples train = data.Dataset.Train;
        var batches = new object[Steps];
        for (int step = 0; step < Steps; step++)
        {
            StepRange range = data.PlanBatches(Batch).RangeOf(step);
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
