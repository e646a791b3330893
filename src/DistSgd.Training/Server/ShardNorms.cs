using DistSgd.Learning.Gradients;

namespace DistSgd.Training.Server;

/// <summary>Mean gradient norm of each shard's slices over a window of steps: a shard whose data are corrupted stands out.</summary>
/// <param name="shards">Number of shards.</param>
internal sealed class ShardNorms(int shards)
{
    private readonly double[] _sums = new double[shards];
    private readonly int[] _counts = new int[shards];
    private readonly long[] _lastSteps = new long[shards];

    /// <summary>Adds slices, those that are finite.</summary>
    /// <param name="partials">The slices.</param>
    /// <param name="step">Index of the step that their examples are of.</param>
    public void Add(ReadOnlySpan<PartialGradient> partials, long step)
    {
        foreach (PartialGradient partial in partials)
        {
            foreach (ref readonly SliceStatistics slice in partial.Slices)
            {
                if (slice.IsFinite)
                {
                    _sums[slice.Shard] += slice.MeanNorm;
                    _counts[slice.Shard]++;
                    _lastSteps[slice.Shard] = step;
                }
            }
        }
    }

    /// <summary>The shard with the largest mean norm.</summary>
    /// <returns>The shard, its mean norm, the median of the others', and the step of its last slice; null with fewer than two shards.</returns>
    public (int Shard, double Norm, double Others, long LastStep)? Largest()
    {
        (double Norm, int Shard)[] means =
        [
            .. Enumerable.Range(0, shards).Where(shard => _counts[shard] > 0).Select(shard => (_sums[shard] / _counts[shard], shard)).Order(),
        ];
        if (means.Length < 2)
        {
            return null;
        }

        int others = means.Length - 1;
        double median = (means[(others - 1) / 2].Norm + means[others / 2].Norm) / 2;
        return (means[^1].Shard, means[^1].Norm, median, _lastSteps[means[^1].Shard]);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_counts);
    }
}
