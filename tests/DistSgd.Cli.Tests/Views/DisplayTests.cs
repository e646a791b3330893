using DistSgd.Cli.Views;

namespace DistSgd.Cli.Tests.Views;

public class DisplayTests
{
    [Theory]
    [InlineData(0.9, "0:00")]
    [InlineData(61, "1:01")]
    [InlineData(3599, "59:59")]
    [InlineData(3661, "1:01:01")]
    [InlineData(30 * 3600, "30:00:00")]
    [InlineData(1e15, "277777777777:46:40")]
    [InlineData(double.PositiveInfinity, "?")]
    [InlineData(double.NaN, "?")]
    public void A_duration_of_any_length_is_told_in_hours(double seconds, string expected) => Display.Duration(seconds).ShouldBe(expected);
}
