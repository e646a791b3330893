using DistSgd.Learning.Data;
using DistSgd.Learning.Models;

namespace DistSgd.Learning;

/// <summary>A data set made ready for a run: split, dealt to shards, scaled.</summary>
/// <param name="Dataset">The examples.</param>
/// <param name="Split">Which of them validate and which belong to which shard.</param>
/// <param name="Scaler">Scaling of the features, fitted on the training part.</param>
/// <param name="Seed">Seed of the run.</param>
public sealed record TrainingData(Dataset Dataset, DataSplit Split, FeatureScaler Scaler, ulong Seed)
{
    /// <summary>Number of shards S.</summary>
    public int Shards => Split.Shards.Length;

    /// <summary>What the training examples should give.</summary>
    public Targets Targets => new(Dataset.Train.Labels, Dataset.Train.Targets);

    /// <summary>Opens a sampler; samplers hold a cache and are not shared between threads.</summary>
    /// <returns>A sampler over the shards.</returns>
    public EpochSampler CreateSampler() => new(Split, Seed);

    /// <summary>Cuts epochs over these data into steps.</summary>
    /// <param name="batch">Examples of a step in the first epoch, at least 1; more than there are means all of them.</param>
    /// <param name="growth">How the batch grows; null for a constant one.</param>
    /// <returns>The plan.</returns>
    public BatchPlan PlanBatches(int batch, BatchGrowth? growth = null) => new(Split.TrainingCount, batch, growth);

    /// <summary>The examples of an evaluation and their indices.</summary>
    /// <param name="part">Which part.</param>
    /// <returns>The set and the indices into it, in the fixed order of evaluation.</returns>
    public (Examples Set, int[] Indices) Part(DataPart part) => part switch
    {
        DataPart.Validation => (Dataset.Train, Split.Validation),
        DataPart.Test => (Dataset.Test, AllIndices(Dataset.Test.Count)),
        DataPart.Training => (Dataset.Train, [.. Split.Shards.SelectMany(shard => shard)]),
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Unknown part."),
    };

    /// <summary>Number of examples of a part.</summary>
    /// <param name="part">Which part.</param>
    /// <returns>The number.</returns>
    public int Count(DataPart part) => part switch
    {
        DataPart.Validation => Split.Validation.Length,
        DataPart.Test => Dataset.Test.Count,
        DataPart.Training => Split.TrainingCount,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Unknown part."),
    };

    private static int[] AllIndices(int count) => [.. Enumerable.Range(0, count)];
}

/// <summary>A part of a data set that can be evaluated.</summary>
public enum DataPart
{
    /// <summary>The examples that the shards hold.</summary>
    Training,

    /// <summary>The examples kept back from training.</summary>
    Validation,

    /// <summary>The test set.</summary>
    Test,
}
