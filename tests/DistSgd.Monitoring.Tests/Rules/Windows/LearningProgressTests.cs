using DistSgd.Monitoring.Rules.Windows;

namespace DistSgd.Monitoring.Tests.Rules.Windows;

public class LearningProgressTests
{
    private readonly LearningProgress _progress = new();
    private long _step;

    [Fact]
    public void Nobody_is_judged_by_the_first_steps()
    {
        _progress.Start(SampleRun.Started(784, 10));
        Show(steps: 99, accuracy: 0.1);
        _progress.IsPoorOrStagnant.ShouldBeFalse();

        Show(steps: 1, accuracy: 0.1);
        _progress.IsPoorOrStagnant.ShouldBeTrue();
    }

    [Theory]
    [InlineData(10, 0.18, true)]
    [InlineData(10, 0.20, false)]
    [InlineData(2, 0.54, true)]
    [InlineData(2, 0.56, false)]
    [InlineData(1, 0.54, true)]
    [InlineData(1, 0.56, false)]
    public void Poor_is_less_than_a_tenth_of_the_way_from_chance(int outputs, double accuracy, bool poor)
    {
        _progress.Start(SampleRun.Started(784, outputs));

        Show(steps: 100, accuracy);

        _progress.IsPoorOrStagnant.ShouldBe(poor);
    }

    [Fact]
    public void An_accuracy_that_does_not_rise_is_stagnant_until_it_is_satisfying()
    {
        _progress.Start(SampleRun.Started(784, 10));
        Show(steps: 100, accuracy: 0.40);
        _progress.IsPoorOrStagnant.ShouldBeFalse();
        Show(steps: 100, accuracy: 0.405);
        _progress.IsPoorOrStagnant.ShouldBeTrue();
        Show(steps: 100, accuracy: 0.50);
        _progress.IsPoorOrStagnant.ShouldBeFalse();
        Show(steps: 100, accuracy: 0.65);
        Show(steps: 100, accuracy: 0.65);
        _progress.IsPoorOrStagnant.ShouldBeFalse();
    }

    [Fact]
    public void Regression_is_judged_by_its_loss()
    {
        _progress.Start(SampleRun.Started(784, 1));
        Show(steps: 100, accuracy: null, loss: 1);
        _progress.IsPoorOrStagnant.ShouldBeFalse();
        Show(steps: 100, accuracy: null, loss: 0.98);
        _progress.IsPoorOrStagnant.ShouldBeFalse();
        Show(steps: 100, accuracy: null, loss: 0.975);
        _progress.IsPoorOrStagnant.ShouldBeTrue();
        _progress.IsConverged.ShouldBeFalse();
        Show(steps: 100, accuracy: null, loss: 0.0009);
        _progress.IsConverged.ShouldBeTrue();
    }

    [Fact]
    public void Classification_has_converged_when_next_to_nothing_is_wrong()
    {
        Show(steps: 1, accuracy: 0.985);
        _progress.IsConverged.ShouldBeFalse();
        Show(steps: 1, accuracy: 0.99);
        _progress.IsConverged.ShouldBeTrue();
    }

    private void Show(int steps, double? accuracy, double loss = 1) => _progress.Observe(new AggregatedWindow
    {
        Time = default,
        FirstStep = _step + 1,
        Step = _step += steps,
        Epoch = 1,
        AppliedSteps = steps,
        Examples = 128 * steps,
        Loss = loss,
        LossMax = loss,
        LearningRate = 0.1,
        Accuracy = accuracy,
        GradientNormMean = 1,
        GradientNormMax = 1,
        GradientNormMaxStep = 1,
        LargestSliceWorker = null,
        LargestSliceShard = null,
        Layers = [],
    });
}
