using DistSgd.Numerics.Random;

namespace DistSgd.Numerics.Tests.Random;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_reference_generators_give_the_published_numbers()
    {
        // Rosetta Code's SplitMix64 with seed 1234567, and rand_xoshiro's vector of state (1, 2, 3, 4).
        ReferenceGenerators.SplitMix64(1234567).Take(5).ShouldBe(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]);
        ReferenceGenerators.Xoshiro256StarStar(1, 2, 3, 4).Take(10).ShouldBe(
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
            16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ]);
    }

    [Theory]
    [InlineData(0UL, 0L, 0L)]
    [InlineData(1UL, 2L, 3L)]
    [InlineData(ulong.MaxValue, -1L, long.MaxValue)]
    public void A_stream_is_xoshiro_started_by_split_mix(ulong seed, long first, long second)
    {
        var random = new RandomStream(seed, StreamPurpose.Test, first, second);
        Take(random, 100).ShouldBe(
            ReferenceGenerators.Keyed(seed, (ulong)StreamPurpose.Test, unchecked((ulong)first), unchecked((ulong)second)).Take(100));
    }

    [Fact]
    public void Streams_of_different_keys_share_no_number()
    {
        (ulong Seed, long First, long Second)[] keys = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (0, -1, 0)];
        var seen = new HashSet<ulong>();
        int streams = 0;
        foreach (StreamPurpose purpose in Enum.GetValues<StreamPurpose>())
        {
            foreach ((ulong seed, long first, long second) in keys)
            {
                seen.UnionWith(Take(new RandomStream(seed, purpose, first, second), 100));
                streams++;
            }
        }

        seen.Count.ShouldBe(streams * 100);
    }

    [Fact]
    public void Doubles_are_the_upper_53_bits()
    {
        var bits = new RandomStream(5, StreamPurpose.Test);
        var doubles = new RandomStream(5, StreamPurpose.Test);
        for (int i = 0; i < 1000; i++)
        {
            doubles.NextDouble().ShouldBe(Math.ScaleB(bits.NextBits() >> 11, -53));
        }
    }

    [Fact]
    public void A_restart_begins_anew_without_the_spare_normal_number()
    {
        var random = new RandomStream(3, StreamPurpose.Test);
        double first = random.NextNormal(); // leaves a spare
        random.Restart(3, StreamPurpose.Test);
        random.NextNormal().ShouldBe(first);
        random.Restart(4, StreamPurpose.Test, 1, 2);
        random.NextNormal().ShouldBe(new RandomStream(4, StreamPurpose.Test, 1, 2).NextNormal());
    }

    [Fact]
    public void Restarting_and_drawing_allocate_nothing()
    {
        var random = new RandomStream(3, StreamPurpose.Test);
        int[] items = [.. Enumerable.Range(0, 100)];
        Use();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Use()
        {
            random.Restart(7, StreamPurpose.Test, 1, 2);
            random.NextNormal();
            random.NextInt(10);
            random.Shuffle(items);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bound_below_one_is_refused(int bound) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new RandomStream(1, StreamPurpose.Test).NextInt(bound));

    private static IEnumerable<ulong> Take(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextBits())];
}
