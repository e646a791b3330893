using DistSgd.Learning.Data;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Data;

public sealed class EpochSamplerTests
{
    // (examples, shards, batch): any batch from 1 to the whole set and any number of shards.
    private static readonly Arbitrary<(int Examples, int Shards, int Batch)> Cases =
        (from examples in Gen.Choose(1, 200)
         from shards in Gen.Choose(1, Math.Min(examples, 40))
         from batch in Gen.Choose(1, examples)
         select (examples, shards, batch)).ToArbitrary();

    [Fact]
    public void Slices_of_a_step_hold_its_positions_in_turn_and_differ_by_at_most_one()
    {
        Prop.ForAll(Cases, c =>
        {
            (EpochSampler sampler, _) = Sampler(c.Examples, c.Shards);

            // The whole epoch as one step lists the order of each shard; position p is the ⌊p/S⌋-th of shard p mod S.
            var epoch = new StepRange(2, 0, c.Examples);
            var plan = new BatchPlan(c.Examples, c.Batch);
            int[][] orders = [.. Enumerable.Range(0, c.Shards).Select(shard => sampler.Slice(epoch, shard).ToArray())];
            for (int step = 0; step < plan.FirstStepsPerEpoch; step++)
            {
                StepRange range = plan.RangeOf((2 * plan.FirstStepsPerEpoch) + step);
                ILookup<int, int> positions = Enumerable.Range(range.FirstPosition, range.Count)
                    .ToLookup(p => p % c.Shards, p => orders[p % c.Shards][p / c.Shards]);
                var counts = new List<int>();
                for (int shard = 0; shard < c.Shards; shard++)
                {
                    sampler.Slice(range, shard).ToArray().ShouldBe(positions[shard]);
                    sampler.SliceCount(range, shard).ShouldBe(positions[shard].Count());
                    counts.Add(sampler.SliceCount(range, shard));
                }

                (counts.Max() - counts.Min()).ShouldBeLessThanOrEqualTo(1);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_order_of_a_shard_does_not_depend_on_what_was_asked_before()
    {
        (EpochSampler wandering, _) = Sampler(60, 5);
        foreach ((int epoch, int shard) in (ReadOnlySpan<(int, int)>)[(3, 1), (0, 1), (7, 4), (3, 0), (3, 1), (0, 1), (2, 3)])
        {
            var range = new StepRange(epoch, 0, 60);
            (EpochSampler fresh, _) = Sampler(60, 5);
            wandering.Slice(range, shard).ToArray().ShouldBe(fresh.Slice(range, shard).ToArray());
        }
    }

    [Fact]
    public void Epochs_shards_and_seeds_have_orders_of_their_own()
    {
        DataSplit split = DataSplit.Create(200, 0, 2, 1, ShardingKind.Iid, []);
        int[] Ranks(ulong seed, int epoch, int shard)
        {
            ReadOnlySpan<int> slice = new EpochSampler(split, seed).Slice(new StepRange(epoch, 0, 200), shard);
            return [.. slice.ToArray().Select(example => Array.IndexOf(split.Shards[shard], example))];
        }

        int[] order = Ranks(1, 0, 0);
        Ranks(1, 1, 0).ShouldNotBe(order);
        Ranks(1, 0, 1).ShouldNotBe(order);
        Ranks(2, 0, 0).ShouldNotBe(order);
        Ranks(1, 0, 0).ShouldBe(order);
    }

    [Fact]
    public void Steps_and_new_epochs_allocate_nothing()
    {
        (EpochSampler sampler, _) = Sampler(1000, 4);
        int Run(int firstEpoch)
        {
            int sum = 0;
            for (int epoch = firstEpoch; epoch < firstEpoch + 5; epoch++)
            {
                for (int shard = 0; shard < 4; shard++)
                {
                    sum += sampler.Slice(new StepRange(epoch, 0, 1000), shard).Length;
                }
            }

            return sum;
        }

        Run(0).ShouldBe(5000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int taken = Run(5);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        taken.ShouldBe(5000);
        allocated.ShouldBe(0);
    }

    private static (EpochSampler Sampler, DataSplit Split) Sampler(int examples, int shards)
    {
        DataSplit split = DataSplit.Create(examples + 7, 7, shards, seed: 11, ShardingKind.Iid, []);
        return (new EpochSampler(split, seed: 11), split);
    }
}
