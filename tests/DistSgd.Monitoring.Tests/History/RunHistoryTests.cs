using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Monitoring.Tests.Rules;

namespace DistSgd.Monitoring.Tests.History;

public sealed class RunHistoryTests
{
    [Fact]
    public void Few_values_are_kept_as_they_are()
    {
        var series = new ThinnedSeries();
        for (int step = 1; step <= 100; step++)
        {
            series.Add(step, step % 7);
        }

        (double[] steps, double[] values) = series.Points();
        steps.ShouldBe(Enumerable.Range(1, 100).Select(step => (double)step));
        values.ShouldBe(steps.Select(step => step % 7));
    }

    [Theory]
    [InlineData(1_025)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Of_many_values_every_extreme_stays_at_its_step(int count)
    {
        var series = new ThinnedSeries();
        int peak = count / 3, pit = count / 2;
        for (int step = 1; step <= count; step++)
        {
            series.Add(step, step == peak ? 100 : step == pit ? -100 : Math.Sin(step));
        }

        (double[] steps, double[] values) = series.Points();
        steps.Length.ShouldBeLessThanOrEqualTo(2 * ThinnedSeries.StretchesMax);
        steps.Zip(steps.Skip(1)).ShouldAllBe(pair => pair.First < pair.Second);
        values[Array.IndexOf(steps, peak)].ShouldBe(100);
        values[Array.IndexOf(steps, pit)].ShouldBe(-100);
        series.Last.ShouldBe(Math.Sin(count));
        series.Count.ShouldBe(count);
    }

    [Fact]
    public void A_value_that_is_no_number_is_seen()
    {
        var series = new ThinnedSeries();
        for (int step = 1; step <= 5000; step++)
        {
            series.Add(step, step == 777 ? double.NaN : 1);
        }

        (double[] steps, double[] values) = series.Points();
        values[Array.IndexOf(steps, 777)].ShouldBe(double.NaN);
    }

    [Fact]
    public void A_log_is_gathered_into_curves_and_lists()
    {
        var history = RunHistory.Of([
            SampleRun.Started(8, 4, 2),
            .. SampleRun.Window(SampleRun.Step(10), 0.5, 0.25),
            SampleRun.Evaluation(10, 0.7),
            SampleRun.NonFinite(15, "worker-0", 1),
            .. SampleRun.Window(SampleRun.Step(20), 0.4, 0.2),
            SampleRun.Alert(12, 20),
            SampleRun.Evaluation(20, 0.6),
            SampleRun.Finished(20),
        ]);
        history.Started!.LayerWidths.ShouldBe([8, 4, 2]);
        history.Loss.Points().Steps.ShouldBe([10, 20]);
        history.Layers.Count.ShouldBe(2);
        history.Layers[1].GradientNorm.Points().Values.ShouldBe([0.25, 0.2]);
        history.LastOf(DataSplits.Validation)!.Loss.ShouldBe(0.6);
        history.LastOf(DataSplits.Test).ShouldBeNull();
        history.Actions.ShouldHaveSingleItem().Step.ShouldBe(15);
        history.Alerts.ShouldHaveSingleItem().SeenAtStep.ShouldBe(20);
        history.Finished!.Step.ShouldBe(20);
    }

    [Fact]
    public void A_run_that_goes_on_has_not_finished()
    {
        var history = RunHistory.Of([SampleRun.Started(8, 2), SampleRun.Step(10), SampleRun.Finished(10), SampleRun.Resumed(10), SampleRun.Step(20)]);
        history.Finished.ShouldBeNull();
        history.Resumes.ShouldBe([10]);
        history.LastWindow!.Step.ShouldBe(20);
    }
}
