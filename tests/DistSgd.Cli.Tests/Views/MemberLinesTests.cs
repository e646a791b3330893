using DistSgd.Cli.Views;
using DistSgd.Monitoring.Events;

namespace DistSgd.Cli.Tests.Views;

public class MemberLinesTests
{
    private readonly MemberLines _lines = new();

    [Fact]
    public void Those_who_are_there_from_the_start_are_told_in_one_line()
    {
        Of(Events.Resumed(5), Joined(0), Joined(1)).ShouldBe(["2 workers joined"]);
        Of(Events.Window(10), Joined(2)).ShouldBe(["worker-2 joined, shard 2"]);
    }

    [Fact]
    public void A_start_without_all_tells_who_is_there() =>
        Of(Events.Resumed(5), Joined(1), Events.Window(10), Events.Window(20)).ShouldBe(["1 of 2 workers joined: worker-1"]);

    [Fact]
    public void One_who_is_lost_before_the_others_came_is_not_counted() =>
        Of(Events.Resumed(5), Joined(0), Member(0, MembershipChanges.Lost), Joined(0), Joined(1)).ShouldBe(["worker-0 lost, shard 0", "2 workers joined"]);

    [Fact]
    public void Who_comes_and_goes_is_told_with_the_reason_and_the_shards()
    {
        Of(Member(1, MembershipChanges.Lost, "connection closed")).ShouldBe(["worker-1 lost (connection closed), shard 1"]);
        Of(Member(1, MembershipChanges.Reassigned)).ShouldBeEmpty();
        Of(Member(1, MembershipChanges.Left, "SIGTERM")).ShouldBe(["worker-1 left (SIGTERM), shard 1"]);
        Of(Events.Member("10.0.0.7:4711", MembershipChanges.Refused, [], "its token is wrong")).ShouldBe(["10.0.0.7:4711 refused (its token is wrong)"]);
    }

    [Theory]
    [InlineData(new int[0], "w joined and stands by")]
    [InlineData(new[] { 3 }, "w joined, shard 3")]
    [InlineData(new[] { 2, 3 }, "w joined, shards 2, 3")]
    [InlineData(new[] { 2, 3, 4, 5 }, "w joined, shards 2 to 5")]
    [InlineData(new[] { 2, 4, 5 }, "w joined, shards 2, 4, 5")]
    public void Shards_are_listed_as_short_as_possible(int[] shards, string line) =>
        Of(Events.Member("w", MembershipChanges.Joined, shards)).ShouldBe([line]);

    private static Membership Joined(int worker) => Member(worker, MembershipChanges.Joined);

    private static Membership Member(int worker, string change, string? reason = null) => Events.Member($"worker-{worker}", change, [worker], reason);

    private string[] Of(params TrainingEvent[] events) => [.. events.SelectMany(_lines.Of)];
}
