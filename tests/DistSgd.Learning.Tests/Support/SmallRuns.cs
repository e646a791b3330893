using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Support;

/// <summary>Data, models and tasks that train in milliseconds.</summary>
internal static class SmallRuns
{
    public static TrainingData Blobs(int examples, int shards, int classes = 3, int features = 5, int validation = 0, double noise = 0.3) =>
        Prepare(SyntheticData.Blobs(seed: 1, classes, features, examples, testExamples: 0, noise), shards, validation);

    public static TrainingData Prepare(Dataset dataset, int shards, int validation = 0, FeatureScaling scaling = FeatureScaling.None)
    {
        DataSplit split = DataSplit.Create(dataset.Train.Count, validation, shards, seed: 1, ShardingKind.Iid, dataset.Train.Labels);
        int[] training = [.. split.Shards.SelectMany(shard => shard)];
        return new TrainingData(dataset, split, FeatureScaler.Fit(scaling, dataset.Train, training), Seed: 1);
    }

    public static MlpArchitecture Model(TrainingData data, Activation activation, LossKind loss, params int[] hidden)
    {
        Dataset dataset = data.Dataset;
        int outputs = MlpArchitecture.OutputsFor(loss, dataset.Classes, dataset.Train.TargetWidth);
        return new MlpArchitecture(dataset.Train.Width, hidden, outputs, activation, loss, dataset.Classes);
    }

    /// <summary>Momentum 0.9 at a constant learning rate of 0.1, from He weights.</summary>
    public static TrainingTask Momentum(TrainingData data, MlpArchitecture architecture, int batch, long steps) => new()
    {
        Data = data,
        Architecture = architecture,
        Initialization = Initialization.He,
        Seed = 1,
        Batches = data.PlanBatches(batch),
        TotalSteps = steps,
        Optimizer = new OptimizerSettings { Kind = OptimizerKind.Sgd, UseMomentum = true },
        LearningRate = new ConstantSchedule(0.1),
        Momentum = new ConstantSchedule(0.9),
    };

    public static AlignedVector Initial(MlpArchitecture architecture, Initialization kind = Initialization.He)
    {
        ParameterLayout layout = architecture.CreateLayout();
        var parameters = new AlignedVector(layout.Length);
        ParameterInitializer.Fill(layout, kind, seed: 1, parameters.Span);
        return parameters;
    }

    /// <summary>What the server sums from partial gradients, which are overwritten.</summary>
    public static AlignedVector Sum(IEnumerable<PartialGradient> partials, int shards)
    {
        var tree = new GradientTree(shards);
        foreach (PartialGradient partial in partials)
        {
            tree.Add(partial.Range.First, partial.Sum!);
        }

        return tree.Sum();
    }

    /// <summary>The <c>parameters_sha256</c> of a run: over the bytes of the parameters in <see cref="CanonicalOrder"/>.</summary>
    public static string Sha256(MlpArchitecture architecture, AlignedVector parameters) =>
        Convert.ToHexStringLower(SHA256.HashData(
            MemoryMarshal.AsBytes<float>(CanonicalOrder.Export(architecture.CreateLayout(), parameters.Span))));
}
