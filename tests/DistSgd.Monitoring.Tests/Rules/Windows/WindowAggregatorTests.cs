using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Tests.Rules.Windows;

public class WindowAggregatorTests
{
    [Fact]
    public void A_window_is_complete_with_its_last_layer_when_the_number_of_layers_is_known()
    {
        TrainingEvent[] events = [SampleRun.Started(4, 3, 2), .. SampleRun.Window(SampleRun.Step(10), 1, 2)];

        CompletedAt(events).ShouldBe([3]);
    }

    [Fact]
    public void A_window_is_complete_with_the_next_other_event_when_it_is_not()
    {
        TrainingEvent[] events =
            [.. SampleRun.Window(SampleRun.Step(10), 1, 2), .. SampleRun.Window(SampleRun.Step(20), 1, 2), SampleRun.Finished(20)];

        CompletedAt(events).ShouldBe([3, 6]);
    }

    [Fact]
    public void Layers_of_another_window_are_not_taken_for_its_own()
    {
        var aggregator = new WindowAggregator(minExamples: 1);
        aggregator.TryAggregate(SampleRun.Step(20), out _).ShouldBeFalse();

        aggregator.TryAggregate(SampleRun.Layer(0, 10), out AggregatedWindow? window).ShouldBeTrue();

        window!.Step.ShouldBe(20);
        window.Layers.ShouldBeEmpty();
    }

    [Fact]
    public void Windows_are_merged_until_there_are_enough_examples_and_means_are_weighted_by_steps()
    {
        StepWindow small = SampleRun.Step(10, norm: 1, accuracy: 0.2, batch: 10);
        StepWindow half = SampleRun.Step(20, norm: 7, accuracy: 0.8, batch: 10) with { Skipped = 5, Examples = 50, LossMean = 2 };

        AggregatedWindow window = Aggregate(
            150,
            [.. SampleRun.Window(small, 1, 4), SampleRun.Skipped(15), .. SampleRun.Window(half, 4, 1), SampleRun.Finished(20)])
            .ShouldHaveSingleItem();

        window.FirstStep.ShouldBe(1);
        window.Step.ShouldBe(20);
        window.AppliedSteps.ShouldBe(15);
        window.Examples.ShouldBe(150);
        window.GradientNormMean.ShouldBe(((10 * 1) + (5 * 7)) / 15.0);
        window.GradientNormMax.ShouldBe(14);
        window.GradientNormMaxStep.ShouldBe(17);
        window.Loss.ShouldBe(((10 * 0.5) + (5 * 2)) / 15.0);
        window.Accuracy!.Value.ShouldBe(((100 * 0.2) + (50 * 0.8)) / 150, tolerance: 1e-15);
        window.Layers.Select(layer => layer.NormMean).ShouldBe([((10 * 1) + (5 * 4)) / 15.0, ((10 * 4) + (5 * 1)) / 15.0]);
        window.Layers.Select(layer => layer.NormMax).ShouldBe([8, 8]);
        window.FirstToLastLayer.ShouldBe(2.0 / 3);
    }

    [Fact]
    public void Magnitudes_count_the_examples_of_the_step_they_were_measured_in_and_skipped_ones_do_not_count()
    {
        AggregatedWindow window = Aggregate(
            200,
            [
                SampleRun.Step(10, batch: 10), SampleRun.Layer(0, 10, magnitude: 0.5),
                SampleRun.Step(20, batch: 10), SampleRun.Layer(0, 20, magnitude: double.NaN),
                SampleRun.Finished(20),
            ]).ShouldHaveSingleItem();

        window.Layers.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            layer => layer.MagnitudeSum.ShouldBe(5),
            layer => layer.MagnitudeExamples.ShouldBe(10));
    }

    private static List<AggregatedWindow> Aggregate(int minExamples, IEnumerable<TrainingEvent> events)
    {
        var aggregator = new WindowAggregator(minExamples);
        var windows = new List<AggregatedWindow>();
        foreach (TrainingEvent trainingEvent in events)
        {
            if (aggregator.TryAggregate(trainingEvent, out AggregatedWindow? window))
            {
                windows.Add(window);
            }
        }

        return windows;
    }

    private static IEnumerable<int> CompletedAt(TrainingEvent[] events)
    {
        var aggregator = new WindowAggregator(minExamples: 1);
        return [.. Enumerable.Range(0, events.Length).Where(i => aggregator.TryAggregate(events[i], out _))];
    }
}
