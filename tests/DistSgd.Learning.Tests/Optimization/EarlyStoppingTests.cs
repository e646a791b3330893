using System.Text.Json;
using DistSgd.Learning.Optimization;

namespace DistSgd.Learning.Tests.Optimization;

public class EarlyStoppingTests
{
    [Fact]
    public void Stops_after_as_many_evaluations_without_improvement_as_patience()
    {
        var stopping = new EarlyStopping(patience: 3);
        double[] losses = [1.0, 0.8, 0.9, 0.8, 0.7, 0.71, 0.72, 0.73];
        losses.Select(stopping.Observe).ShouldBe([false, false, false, false, false, false, false, true]);
        stopping.State.ShouldBe(new EarlyStoppingState(0.7, 3));
    }

    [Fact]
    public void A_gain_of_no_more_than_min_delta_is_no_improvement_and_gains_add_up()
    {
        var stopping = new EarlyStopping(patience: 10, minDelta: 0.25);
        stopping.Observe(2);
        stopping.Observe(1.75);
        stopping.State.ShouldBe(new EarlyStoppingState(2, 1));
        stopping.Observe(1.5);
        stopping.State.ShouldBe(new EarlyStoppingState(1.5, 0));
    }

    [Fact]
    public void Nan_and_infinity_are_never_improvements()
    {
        var stopping = new EarlyStopping(patience: 2);
        stopping.Observe(double.NaN).ShouldBeFalse();
        stopping.Observe(double.PositiveInfinity).ShouldBeTrue();
        stopping.State.ShouldBe(new EarlyStoppingState(double.PositiveInfinity, 2));

        stopping.Observe(5).ShouldBeFalse();
        stopping.Observe(double.NaN).ShouldBeFalse();
        stopping.State.ShouldBe(new EarlyStoppingState(5, 1));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0.123456789012345678, 2)]
    public void The_state_survives_json_and_continues_the_watch(double best, int evaluations)
    {
        var state = new EarlyStoppingState(best, evaluations);
        EarlyStoppingState? restored = JsonSerializer.Deserialize<EarlyStoppingState>(JsonSerializer.Serialize(state));
        restored.ShouldBe(state);
        new EarlyStopping(patience: 3) { State = restored! }.Observe(double.NaN).ShouldBe(evaluations == 2);
    }

    [Fact]
    public void Patience_below_one_and_a_negative_min_delta_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new EarlyStopping(0));
        Should.Throw<ArgumentOutOfRangeException>(() => new EarlyStopping(1, -0.1));
    }
}
