// Trains a small model with every activation and loss, looks at its curvature, and prints what the vector path of this process made of
// it: the path, a digest of all numbers, and one number for all of them. The tests run it once for every path and compare.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

const ulong Seed = 1;
const int Shards = 4;

if (VectorPath.Problem is { } problem)
{
    Console.Error.WriteLine(problem);
    return 2;
}

Dataset dataset = SyntheticData.Blobs(Seed, classes: 3, features: 21, examples: 90, testExamples: 0, noise: 0.5);
DataSplit split = DataSplit.Create(dataset.Train.Count, validation: 0, Shards, Seed, ShardingKind.Iid, dataset.Train.Labels);
FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Standard, dataset.Train, [.. split.Shards.SelectMany(shard => shard)]);
var data = new TrainingData(dataset, split, scaler, Seed);

using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
double squares = 0;
foreach (Activation activation in Enum.GetValues<Activation>())
{
    foreach (LossKind loss in Enum.GetValues<LossKind>())
    {
        // Padded to 32, 48 and 16 columns: full panels, half panels, and rows that no tile height divides.
        var architecture = new MlpArchitecture(dataset.Train.Width, [30, 45], dataset.Classes, activation, loss, dataset.Classes);
        AlignedVector parameters = ReferenceTrainer.Train(new TrainingTask
        {
            Data = data,
            Architecture = architecture,
            Initialization = Initialization.He,
            Seed = Seed,
            Batches = data.PlanBatches(43),
            TotalSteps = 6,
            Optimizer = new OptimizerSettings { Kind = OptimizerKind.Sgd, UseMomentum = true, ClipNorm = 1, WeightDecay = 1e-4 },
            LearningRate = new ConstantSchedule(0.1),
            Momentum = new ConstantSchedule(0.9),
        });
        digest.AppendData(MemoryMarshal.AsBytes(parameters.Span));
        squares += Reductions.SumOfSquares(parameters.Span);

        // The curvature there: the same bits too, since workers of unlike machines sum it together.
        var eigenvalues = new ExtremeEigenvalues(architecture.CreateLayout(), parameters, new ExtremeSettings(MaxSteps: 5));
        new LocalCurvature(architecture, data).Run(eigenvalues.Requests());
        digest.AppendData(MemoryMarshal.AsBytes(eigenvalues.Largest[0].Vector.Span));
        squares += eigenvalues.Largest[0].Value;
    }
}

Console.WriteLine($"bits {VectorPath.Bits}");
Console.WriteLine($"sha256 {Convert.ToHexStringLower(digest.GetHashAndReset())}");
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"norm {Math.Sqrt(squares):R}"));
return 0;
