using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Data;

/// <summary>
/// Which examples of the training set are for validation, and to which shard each of the others belongs: a pure function of the seed.
/// </summary>
/// <remarks>The number of shards is a property of the run, not of the cluster: the cut does not depend on the number of workers.</remarks>
public sealed class DataSplit
{
    private DataSplit(int[] validation, int[][] shards)
    {
        Validation = validation;
        Shards = shards;
        TrainingCount = shards.Sum(shard => shard.Length);
    }

    /// <summary>Indices of the validation examples in the training set.</summary>
    public int[] Validation { get; }

    /// <summary>Indices of the examples of each shard in the training set; no shard is empty, and a later one is never longer.</summary>
    public int[][] Shards { get; }

    /// <summary>Number of examples in all shards.</summary>
    public int TrainingCount { get; }

    /// <summary>
    /// Shuffles all examples once, takes the first for validation and deals the rest to the shards: example i of the rest to shard
    /// i mod <paramref name="shards"/>, or sorted by label and cut in equal lengths, what is left over being dropped.
    /// </summary>
    /// <param name="count">Number of examples in the training set.</param>
    /// <param name="validation">How many of them are for validation.</param>
    /// <param name="shards">Number of shards, at least 1.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="kind">How examples are dealt.</param>
    /// <param name="labels">The class of each example; needed for <see cref="ShardingKind.ByLabel"/> alone.</param>
    /// <returns>The split.</returns>
    /// <exception cref="InputException">More validation examples or shards than there are examples, or no labels to sort by.</exception>
    public static DataSplit Create(int count, int validation, int shards, ulong seed, ShardingKind kind, ReadOnlySpan<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(validation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shards);
        if (validation >= count)
        {
            throw InputException.OfKey(
                "data.validation", $"{validation} of the {count} examples of the training set; expected fewer, so that some are left to train on");
        }

        if (shards > count - validation)
        {
            throw InputException.OfKey(
                "data.shards", $"{shards} shards of the {count - validation} examples that are left for training; expected at least one a shard");
        }

        int[] order = [.. Enumerable.Range(0, count)];
        new RandomStream(seed, StreamPurpose.DataShuffle).Shuffle(order);
        int[] rest = order[validation..];
        return new DataSplit(order[..validation], kind switch
        {
            ShardingKind.Iid => Deal(rest, shards),
            ShardingKind.ByLabel => CutByLabel(rest, shards, labels.ToArray(), count),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown sharding."),
        });
    }

    private static int[][] Deal(int[] examples, int shards)
    {
        var hands = new int[shards][];
        for (int shard = 0; shard < shards; shard++)
        {
            hands[shard] = new int[((examples.Length - 1 - shard) / shards) + 1];
            for (int i = 0; i < hands[shard].Length; i++)
            {
                hands[shard][i] = examples[(i * shards) + shard];
            }
        }

        return hands;
    }

    private static int[][] CutByLabel(int[] examples, int shards, int[] labels, int count)
    {
        if (labels.Length != count)
        {
            throw InputException.OfKey(
                "data.sharding", $"found by_label, but {labels.Length} of {count} examples have a class; expected a class for each");
        }

        // OrderBy is stable: inside a class the shuffled order stays.
        return [.. examples.OrderBy(example => labels[example]).Chunk(examples.Length / shards).Take(shards)];
    }
}
