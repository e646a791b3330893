using DistSgd.Numerics.Random;

namespace DistSgd.Numerics.Tests.Random;

/// <summary>Fixed seeds make these tests exact repetitions: a bound of five standard deviations never fails by chance, only by a change.</summary>
public sealed class RandomDistributionTests
{
    private const double Deviations = 5;

    [Theory]
    [InlineData(0)]
    [InlineData(28)]
    [InlineData(56)]
    public void Every_byte_of_the_bits_is_uniform(int shift)
    {
        var random = new RandomStream(11, StreamPurpose.Test);
        ShouldBeUniform(256, 200_000, () => (int)(random.NextBits() >> shift) & 255);
    }

    [Fact]
    public void Doubles_are_uniform_in_the_unit_interval()
    {
        var random = new RandomStream(12, StreamPurpose.Test);
        ShouldBeUniform(100, 200_000, () => (int)(100 * random.NextDouble()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Integers_are_uniform_below_their_bound(int bound)
    {
        var random = new RandomStream(13, StreamPurpose.Test);
        ShouldBeUniform(bound, 100_000, () => random.NextInt(bound));
    }

    [Fact]
    public void A_bound_of_one_leaves_only_zero() => new RandomStream(13, StreamPurpose.Test).NextInt(1).ShouldBe(0);

    [Fact]
    public void Integers_are_unbiased_where_the_bound_does_not_divide_the_range()
    {
        // 2^32 is 8/3 of this bound: without rejection, residues modulo 3 would come up as 3 : 3 : 2.
        const int Bound = 3 << 29;
        var random = new RandomStream(14, StreamPurpose.Test);
        ShouldBeUniform(3, 100_000, () => random.NextInt(Bound) % 3);
        ShouldBeUniform(16, 100_000, () => random.NextInt(Bound) / (Bound / 16));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_standard_normal_distribution()
    {
        const int Count = 400_000;
        var random = new RandomStream(15, StreamPurpose.Test);
        double[] x = [.. Enumerable.Range(0, Count).Select(_ => random.NextNormal())];

        // Deviation of the mean of xᵏ: √(Var(xᵏ) / n), with E x² … E x⁸ = 1, 3, 15, 105.
        x.Average().ShouldBe(0, Deviations / Math.Sqrt(Count));
        x.Average(v => v * v).ShouldBe(1, Deviations * Math.Sqrt(2.0 / Count));
        x.Average(v => v * v * v).ShouldBe(0, Deviations * Math.Sqrt(15.0 / Count));
        x.Average(v => v * v * v * v).ShouldBe(3, Deviations * Math.Sqrt(96.0 / Count));
        ((double)x.Count(v => Math.Abs(v) < 1) / Count).ShouldBe(0.682689492, Deviations * Math.Sqrt(0.2166 / Count));
        ((double)x.Count(v => Math.Abs(v) > 3) / Count).ShouldBe(0.002699796, Deviations * Math.Sqrt(0.0027 / Count));
    }

    [Fact]
    public void Neighbouring_normal_numbers_are_uncorrelated()
    {
        // The polar method makes them in pairs.
        const int Pairs = 200_000;
        var random = new RandomStream(16, StreamPurpose.Test);
        double sum = 0, squares = 0;
        for (int i = 0; i < Pairs; i++)
        {
            double a = random.NextNormal(), b = random.NextNormal();
            sum += a * b;
            squares += ((a * a) - 1) * ((b * b) - 1);
        }

        (sum / Pairs).ShouldBe(0, Deviations / Math.Sqrt(Pairs));
        (squares / Pairs).ShouldBe(0, Deviations * 2 / Math.Sqrt(Pairs));
    }

    [Fact]
    public void A_shuffle_is_a_permutation()
    {
        var random = new RandomStream(17, StreamPurpose.Test);
        for (int n = 0; n < 100; n++)
        {
            int[] items = [.. Enumerable.Range(0, n)];
            random.Shuffle(items);
            items.Order().ShouldBe(Enumerable.Range(0, n));
        }
    }

    [Fact]
    public void Every_order_of_four_items_is_equally_likely()
    {
        var random = new RandomStream(18, StreamPurpose.Test);
        var orders = new Dictionary<int, int>();
        ShouldBeUniform(24, 120_000, () =>
        {
            int[] items = [1, 2, 3, 4];
            random.Shuffle(items);
            int order = items.Aggregate(0, (number, item) => (10 * number) + item);
            orders.TryAdd(order, orders.Count);
            return orders[order];
        });
        orders.Count.ShouldBe(24);
    }

    /// <summary>Pearson's χ² against equal cells: its mean is cells − 1, its variance twice that.</summary>
    private static void ShouldBeUniform(int cells, int draws, Func<int> draw)
    {
        var counts = new int[cells];
        for (int i = 0; i < draws; i++)
        {
            counts[draw()]++;
        }

        double expected = (double)draws / cells;
        double chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        chiSquare.ShouldBeLessThan(cells - 1 + (Deviations * Math.Sqrt(2.0 * (cells - 1))));
    }
}
