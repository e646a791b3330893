using DistSgd.Hosting.Supervision;

namespace DistSgd.Hosting.Tests.Supervision;

public class RestartBudgetTests
{
    private readonly RestartBudget _budget = new();

    [Fact]
    public void The_delay_doubles_up_to_two_seconds_while_the_node_does_not_stay_alive()
    {
        double[] delays = [.. Enumerable.Range(0, 7).Select(i => Milliseconds(started: 4 * i, ended: (4 * i) + 3))];
        delays.ShouldBe([100, 200, 400, 800, 1600, 2000, 2000]);
    }

    [Fact]
    public void After_a_good_life_the_delay_is_short_again()
    {
        Milliseconds(0, 1).ShouldBe(100);
        Milliseconds(1, 2).ShouldBe(200);
        Milliseconds(2, 7).ShouldBe(100);
        Milliseconds(7, 11.9).ShouldBe(200);
    }

    [Fact]
    public void More_than_twenty_restarts_in_a_minute_are_refused()
    {
        for (int i = 0; i < 20; i++)
        {
            _budget.DelayAfter(Seconds(i), Seconds(i + 0.5)).ShouldNotBeNull();
        }

        _budget.DelayAfter(Seconds(20), Seconds(60.4)).ShouldBeNull();
        _budget.DelayAfter(Seconds(20), Seconds(60.5)).ShouldNotBeNull("the first of the twenty is a minute ago");
        _budget.DelayAfter(Seconds(60.6), Seconds(61)).ShouldBeNull();
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private double Milliseconds(double started, double ended) =>
        _budget.DelayAfter(Seconds(started), Seconds(ended)).ShouldNotBeNull().TotalMilliseconds;
}
