using DistSgd.Learning.Data;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Data;

public sealed class DataSplitTests
{
    [Fact]
    public void Every_example_is_in_validation_or_in_one_shard()
    {
        Gen<(int, int, int)> cases =
            from examples in Gen.Choose(1, 300)
            from held in Gen.Choose(0, examples - 1)
            from parts in Gen.Choose(1, Math.Min(40, examples - held))
            select (examples, held, parts);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (int count, int validation, int shards) = c;
            DataSplit split = DataSplit.Create(count, validation, shards, seed: 9, ShardingKind.Iid, []);

            split.Validation.Length.ShouldBe(validation);
            split.Shards.Length.ShouldBe(shards);
            split.TrainingCount.ShouldBe(count - validation);
            split.Shards.SelectMany(shard => shard).Concat(split.Validation).Order().ShouldBe(Enumerable.Range(0, count));
            (split.Shards.Max(shard => shard.Length) - split.Shards.Min(shard => shard.Length)).ShouldBeLessThanOrEqualTo(1);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Example_i_of_the_rest_belongs_to_shard_i_mod_S_so_more_shards_deal_the_same_shuffle()
    {
        int[] order = DataSplit.Create(23, 3, 1, seed: 5, ShardingKind.Iid, []).Shards[0];
        DataSplit split = DataSplit.Create(23, 3, 4, seed: 5, ShardingKind.Iid, []);

        for (int i = 0; i < order.Length; i++)
        {
            split.Shards[i % 4][i / 4].ShouldBe(order[i]);
        }
    }

    [Fact]
    public void The_split_is_a_function_of_the_seed()
    {
        int[] Order(ulong seed) => DataSplit.Create(50, 0, 1, seed, ShardingKind.Iid, []).Shards[0];

        Order(1).ShouldBe(Order(1));
        Order(1).ShouldNotBe(Order(2));
        Order(1).ShouldNotBe(Enumerable.Range(0, 50));
    }

    [Fact]
    public void By_label_gives_sorted_shards_of_equal_length_in_the_shuffled_order_of_each_class()
    {
        int[] labels = [.. Enumerable.Range(0, 103).Select(i => i * i % 5)];
        int[] shuffled = DataSplit.Create(103, 10, 1, seed: 3, ShardingKind.Iid, []).Shards[0];

        DataSplit split = DataSplit.Create(103, 10, 4, seed: 3, ShardingKind.ByLabel, labels);

        split.Shards.ShouldAllBe(shard => shard.Length == 93 / 4);
        split.TrainingCount.ShouldBe(92);
        int[] dealt = [.. split.Shards.SelectMany(shard => shard)];
        int[] expected = [.. Enumerable.Range(0, 5).SelectMany(label => shuffled.Where(i => labels[i] == label)).Take(92)];
        dealt.ShouldBe(expected);
        split.Validation.ShouldBe(DataSplit.Create(103, 10, 4, seed: 3, ShardingKind.Iid, []).Validation);
    }

    [Fact]
    public void Too_many_validation_examples_or_shards_are_input_errors()
    {
        Should.Throw<InputException>(() => DataSplit.Create(10, 10, 1, 1, ShardingKind.Iid, [])).Message
            .ShouldBe("data.validation: 10 of the 10 examples of the training set; expected fewer, so that some are left to train on");
        Should.Throw<InputException>(() => DataSplit.Create(10, 8, 3, 1, ShardingKind.Iid, [])).Message
            .ShouldBe("data.shards: 3 shards of the 2 examples that are left for training; expected at least one a shard");
        Should.Throw<InputException>(() => DataSplit.Create(10, 0, 2, 1, ShardingKind.ByLabel, [])).Message
            .ShouldBe("data.sharding: found by_label, but 0 of 10 examples have a class; expected a class for each");
    }
}
