using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

public class VanishingGradientRuleTests
{
    private readonly RuleSet _rules = new(new VanishingGradientRule(new VanishingGradientThresholds()));

    [Fact]
    public void A_norm_of_nothing_fires()
    {
        Alert alert = _rules.Replay([SampleRun.Step(10, norm: 5e-8, accuracy: 0.1), SampleRun.Finished(10)]).ShouldHaveSingleItem();

        alert.Rule.ShouldBe("vanishing_gradient");
        alert.Severity.ShouldBe(AlertSeverities.Warning);
        alert.Step.ShouldBe(10);
        alert.Message.ShouldBe("mean gradient norm: 5E-08 over steps 1 to 10; healthy is at least 1E-07");
        alert.Advice.ShouldBe(Advice.For(Symptom.VanishingGradient).Fix);
    }

    [Fact]
    public void A_layer_without_gradient_is_named()
    {
        Alert alert = _rules.Replay(
        [
            SampleRun.Started(784, 64, 64, 10), SampleRun.Step(10, batch: 512), SampleRun.Layer(0, 10, magnitude: 1e-5),
            SampleRun.Layer(1, 10, magnitude: 3e-9), SampleRun.Layer(2, 10, magnitude: 1e-3),
        ]).ShouldHaveSingleItem();

        alert.Layer.ShouldBe(1);
        alert.Message.ShouldBe("mean |g| of layer 1: 3E-09 over steps 1 to 10; healthy is at least 1E-07");
    }

    [Fact]
    public void The_mean_magnitude_of_a_layer_waits_for_enough_examples()
    {
        // One example a step, measured once in ten steps: 512 windows until 512 examples have been measured.
        // Most magnitudes are tiny, as those of well-classified examples are; their mean is not.
        IEnumerable<TrainingEvent> run = Enumerable.Range(1, 1100).SelectMany(i => new TrainingEvent[]
        {
            SampleRun.Step(10 * i, batch: 1), SampleRun.Layer(0, 10 * i, magnitude: i % 100 == 0 ? 1e-3 : 1e-9),
        });

        States([SampleRun.Started(784, 10), .. run]).ShouldBeEmpty();
    }

    [Fact]
    public void Ten_sigmoid_layers_fire_by_their_profile_once_accuracy_is_known_to_be_poor()
    {
        // A factor 3.95 a layer, as measured on MNIST; large enough that no other threshold is crossed.
        double[] norms = [.. Enumerable.Range(0, 11).Select(l => 900 * Math.Pow(3.95, l - 10))];

        Alert alert = _rules.Replay(Run(15, accuracy: 0.11, norms)).ShouldHaveSingleItem();

        alert.SeenAtStep.ShouldBe(100);
        alert.Layer.ShouldBe(0);
        alert.Value!.Value.ShouldBe(3.95, tolerance: 1e-9);
        alert.Message.ShouldBe("shrinking of the gradient norm per layer towards the input, along 11 layers: 3.95 over steps 91 to 100; "
            + "healthy is at most 3");
    }

    [Fact]
    public void Three_layers_make_no_profile() => States(Run(15, accuracy: 0.11, 0.01, 0.1, 1)).ShouldBeEmpty();

    [Fact]
    public void A_steep_profile_of_a_net_that_learns_is_left_in_peace() =>
        States(Run(15, accuracy: 0.7, 0.01, 0.04, 0.16, 0.64)).ShouldBeEmpty();

    [Fact]
    public void A_first_layer_far_below_the_last_fires_while_accuracy_is_poor() =>
        _rules.Replay(Run(15, accuracy: 0.1, 5e-5, 0.1)).ShouldHaveSingleItem().Message.ShouldBe(
            "gradient norm of the first layer over that of the last: 0.0005 over steps 91 to 100; healthy is at least 0.001");

    [Fact]
    public void A_first_layer_far_below_the_last_is_fine_while_its_own_norm_is() =>
        States(Run(15, accuracy: 0.1, 5e-4, 1)).ShouldBeEmpty();

    [Fact]
    public void A_model_that_has_learned_its_training_set_has_small_gradients_and_no_alert()
    {
        StepWindow learned = SampleRun.Step(10, norm: 1e-9, accuracy: 1.0);

        States([SampleRun.Started(784, 10), learned, SampleRun.Layer(0, 10, norm: 1e-9, magnitude: 1e-12)]).ShouldBeEmpty();
    }

    [Fact]
    public void It_fires_once_and_resolves_after_a_hundred_calm_steps()
    {
        IEnumerable<TrainingEvent> run = Enumerable.Range(1, 40).Select(i => SampleRun.Step(10 * i, norm: i is >= 5 and <= 8 ? 0 : 1));

        States([.. run, SampleRun.Finished(400)]).ShouldBe(["raised at 50", "resolved at 180"]);
    }

    private static IEnumerable<TrainingEvent> Run(int windows, double accuracy, params double[] layerNorms) =>
    [
        SampleRun.Started([784, .. Enumerable.Repeat(64, layerNorms.Length - 1), 10]),
        .. Enumerable.Range(1, windows).SelectMany(i => SampleRun.Window(SampleRun.Step(10 * i, accuracy: accuracy), layerNorms)),
    ];

    private string[] States(IEnumerable<TrainingEvent> events) =>
        [.. _rules.Replay(events).Select(alert => $"{alert.State} at {alert.SeenAtStep}")];
}
