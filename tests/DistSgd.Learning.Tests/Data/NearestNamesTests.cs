using DistSgd.Learning.Data;

namespace DistSgd.Learning.Tests.Data;

public sealed class NearestNamesTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("saturday", "sunday", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("Label", "label", 0)]
    public void The_distance_counts_edits(string a, string b, int expected)
    {
        NearestNames.Distance(a, b).ShouldBe(expected);
        NearestNames.Distance(b, a).ShouldBe(expected);
    }

    [Fact]
    public void In_their_own_order_a_long_list_names_the_nearest_all_the_same()
    {
        string[] names = [.. Enumerable.Range(10, 20).Select(i => $"column{i}")];

        NearestNames.ListInOrder("column12x", names[..3]).ShouldBe("'column10', 'column11', 'column12'; the nearest is 'column12'");
        string list = NearestNames.ListInOrder("colum29", names);
        list.ShouldStartWith("'column10', 'column11', ");
        list.ShouldEndWith(" and 8 more; the nearest is 'column29'");
    }

    [Fact]
    public void A_long_list_is_cut_short()
    {
        string[] names = [.. Enumerable.Range(10, 20).Select(i => $"column{i}")];

        string list = NearestNames.List("column29", names);

        list.ShouldStartWith("'column29', ");
        list.ShouldEndWith(" and 8 more");
    }
}
