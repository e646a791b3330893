using DistSgd.Learning.Gradients;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class GradientTreeTests
{
    private const int Length = 48;

    /// <summary>Up to 16 shards (now and then 40), each with its worker, present or missing.</summary>
    private static Arbitrary<Leaf[]> Clusters =>
        (from shards in Gen.OneOf(Gen.Choose(1, 16), Gen.Choose(17, 40))
         from leaves in (from worker in Gen.Choose(0, 4) from present in Gen.Choose(0, 3) select new Leaf(worker, present > 0)).ArrayOf(shards)
         select leaves).ToArbitrary();

    [Fact]
    public void The_tree_has_the_bits_of_a_recursive_sum_and_missing_leaves_pass_their_sibling_up() =>
        Prop.ForAll(Clusters, leaves =>
        {
            (int[] first, AlignedVector[] sums) = Nodes(Enumerable.Range(0, leaves.Length).Where(shard => leaves[shard].Present));
            CheckAgainstRecursion(leaves, first, sums);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_dealing_of_shards_to_workers_gives_the_same_bits() =>
        Prop.ForAll(Clusters, leaves =>
        {
            // Each worker reduces its aligned ranges, the server reduces what arrives.
            var nodes = new SortedDictionary<int, AlignedVector>();
            foreach (int worker in leaves.Select(leaf => leaf.Worker).Distinct())
            {
                int[] owned = [.. Enumerable.Range(0, leaves.Length).Where(shard => leaves[shard].Worker == worker)];
                foreach (ShardRange range in ShardRange.Cover(owned))
                {
                    (int[] first, AlignedVector[] sums) =
                        Nodes(Enumerable.Range(range.First, range.Count).Where(shard => leaves[shard].Present));
                    if (sums.Length > 0)
                    {
                        nodes.Add(range.First, Reduce(first, sums, range.End));
                    }
                }
            }

            CheckAgainstRecursion(leaves, [.. nodes.Keys], [.. nodes.Values]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_single_leaf_is_returned_as_it_is()
    {
        AlignedVector leaf = Vector(5);
        Reduce([5], [leaf], 8).ShouldBeSameAs(leaf);
        leaf.Span.ToArray().ShouldBe(Vector(5).Span.ToArray());
    }

    [Fact]
    public void The_order_of_the_tree_is_not_that_of_a_running_sum()
    {
        float tiny = MathF.ScaleB(1, -24);

        // (1 + 2^-24) + (2^-24 + 2^-24) rounds otherwise than ((1 + 2^-24) + 2^-24) + 2^-24.
        AlignedVector[] sums = [Constant(1), Constant(tiny), Constant(tiny), Constant(tiny)];
        Reduce([0, 1, 2, 3], sums, 4).Span[0].ShouldBe(MathF.BitIncrement(1));
    }

    [Fact]
    public void No_node_at_all_is_refused() =>
        Should.Throw<InvalidOperationException>(() => Reduce([], [], 4));

    private static void CheckAgainstRecursion(Leaf[] leaves, int[] first, AlignedVector[] sums)
    {
        if (sums.Length == 0)
        {
            return; // every leaf is missing: there is nothing to reduce
        }

        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)leaves.Length);
        float[] expected = Recursive(leaves, 0, size)!;
        ((ReadOnlySpan<float>)Reduce(first, sums, leaves.Length).Span).ShouldHaveTheBitsOf(expected, "root");
    }

    // In two parts, as the server does it.
    private static AlignedVector Reduce(int[] first, AlignedVector[] sums, int shards)
    {
        var tree = new GradientTree(shards);
        for (int i = 0; i < first.Length; i++)
        {
            tree.Add(first[i], sums[i]);
        }

        tree.Sum(0, Length / 3);
        tree.Sum(Length / 3, Length - (Length / 3));
        return tree.Root;
    }

    private static float[]? Recursive(Leaf[] leaves, int first, int size)
    {
        if (size == 1)
        {
            return first < leaves.Length && leaves[first].Present ? Vector(first).Span.ToArray() : null;
        }

        float[]? left = Recursive(leaves, first, size / 2);
        float[]? right = Recursive(leaves, first + (size / 2), size / 2);
        return left is null ? right : right is null ? left : [.. left.Zip(right, (a, b) => a + b)];
    }

    private static (int[] First, AlignedVector[] Sums) Nodes(IEnumerable<int> shards)
    {
        int[] first = [.. shards];
        return (first, Array.ConvertAll(first, Vector));
    }

    private static AlignedVector Vector(int shard)
    {
        var random = new RandomStream(1, StreamPurpose.Test, shard);
        var vector = new AlignedVector(Length);
        foreach (ref float element in vector.Span)
        {
            element = (float)random.NextNormal();
        }

        return vector;
    }

    private static AlignedVector Constant(float value)
    {
        var vector = new AlignedVector(Length);
        vector.Span.Fill(value);
        return vector;
    }

    private sealed record Leaf(int Worker, bool Present);
}
