using DistSgd.Learning.Gradients;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class ShardRangeTests
{
    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 0 }, "0+1")]
    [InlineData(new[] { 0, 1, 2, 3 }, "0+4")]
    [InlineData(new[] { 1, 2, 3, 4 }, "1+1 2+2 4+1")]
    [InlineData(new[] { 0, 1, 2, 4, 5, 6, 7 }, "0+2 2+1 4+4")]
    [InlineData(new[] { 2, 3, 4, 5 }, "2+2 4+2")]
    public void Sets_of_shards_are_cut_into_aligned_ranges(int[] shards, string expected) =>
        string.Join(' ', ShardRange.Cover(shards).Select(range => $"{range.First}+{range.Count}")).ShouldBe(expected);

    [Fact]
    public void A_cover_holds_exactly_the_shards_in_the_fewest_aligned_ranges() =>
        Prop.ForAll(Gen.Choose(0, 70).ArrayOf().Select(numbers => numbers.Distinct().Order().ToArray()).ToArbitrary(), shards =>
        {
            List<ShardRange> ranges = ShardRange.Cover(shards);
            ranges.SelectMany(range => Enumerable.Range(range.First, range.Count)).ShouldBe(shards);
            foreach (ShardRange range in ranges)
            {
                int.IsPow2(range.Count).ShouldBeTrue();
                (range.First % range.Count).ShouldBe(0);
                range.End.ShouldBe(range.First + range.Count);

                // Two siblings would be one range.
                ranges.ShouldNotContain(new ShardRange(range.First ^ range.Count, range.Count));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Dealing_gives_every_shard_to_one_worker_in_fair_runs() =>
        Prop.ForAll(Gen.Choose(1, 100).Two().ToArbitrary(), sizes =>
        {
            (int shards, int workers) = sizes;
            int[][] hands = [.. Enumerable.Range(0, workers).Select(worker => ShardRange.Deal(shards, workers, worker))];
            hands.SelectMany(hand => hand).ShouldBe(Enumerable.Range(0, shards));
            (hands.Max(hand => hand.Length) - hands.Min(hand => hand.Length)).ShouldBeLessThanOrEqualTo(1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Powers_of_two_are_dealt_as_one_range_a_worker()
    {
        for (int worker = 0; worker < 4; worker++)
        {
            ShardRange.Cover(ShardRange.Deal(16, 4, worker)).ShouldBe([new ShardRange(4 * worker, 4)]);
        }
    }
}
