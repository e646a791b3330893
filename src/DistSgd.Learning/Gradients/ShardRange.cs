namespace DistSgd.Learning.Gradients;

/// <summary>An aligned range of shards, [First, First + Count): one node of the binary tree over the shard index.</summary>
/// <param name="First">First shard, a multiple of <paramref name="Count"/>.</param>
/// <param name="Count">Number of shards, a power of two.</param>
public readonly record struct ShardRange(int First, int Count)
{
    /// <summary>First shard after the range.</summary>
    public int End => First + Count;

    /// <summary>Cuts a set of shards into the fewest aligned ranges.</summary>
    /// <param name="shards">The shards, ascending, without repetition.</param>
    /// <returns>The ranges, ascending; together they cover exactly the set.</returns>
    public static List<ShardRange> Cover(ReadOnlySpan<int> shards)
    {
        var ranges = new List<ShardRange>();
        for (int i = 0; i < shards.Length;)
        {
            int count = 1;
            while (shards[i] % (2 * count) == 0 && IsRun(shards[i..], 2 * count))
            {
                count *= 2;
            }

            ranges.Add(new ShardRange(shards[i], count));
            i += count;
        }

        return ranges;
    }

    /// <summary>Deals shards to workers in contiguous runs whose lengths differ by at most one.</summary>
    /// <param name="shards">Number of shards.</param>
    /// <param name="workers">Number of workers, at least 1; those beyond the shards get none.</param>
    /// <param name="worker">Index of the worker.</param>
    /// <returns>The shards of that worker, ascending.</returns>
    public static int[] Deal(int shards, int workers, int worker)
    {
        int first = (int)((long)shards * worker / workers);
        int end = (int)((long)shards * (worker + 1) / workers);
        return [.. Enumerable.Range(first, end - first)];
    }

    private static bool IsRun(ReadOnlySpan<int> shards, int length) => shards.Length >= length && shards[length - 1] == shards[0] + length - 1;
}
