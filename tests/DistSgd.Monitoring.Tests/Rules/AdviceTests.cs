using System.Text.Json.Nodes;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

public class AdviceTests
{
    [Fact]
    public void Every_symptom_has_a_cause_and_a_fix_of_its_own()
    {
        Advice[] all = [.. Enum.GetValues<Symptom>().Select(symptom => Advice.For(symptom))];

        all.ShouldAllBe(advice => advice.LikelyCause.Length > 0 && advice.Fix.Length > 0);
        all.ShouldBeUnique();
    }

    [Theory]
    [InlineData("relu", "he", "lower the learning rate (it is 50), warm it up, clip gradients by norm, use fewer layers")]
    [InlineData("gelu", "he", "lower the learning rate (it is 50), warm it up, clip gradients by norm, use fewer layers")]
    [InlineData("sigmoid", "he", "check the architecture: use ReLU or GELU with He initialization, or fewer layers")]
    [InlineData("relu", "normal", "check the architecture: use ReLU or GELU with He initialization, or fewer layers")]
    public void Nobody_is_told_to_use_the_architecture_that_he_has(string activation, string initialization, string fix) =>
        Advice.For(Symptom.VanishingGradient, Setup(activation, initialization, clip: null)).Fix.ShouldBe(fix);

    [Fact]
    public void Nobody_is_told_to_clip_who_clips()
    {
        RunSetup clipping = Setup("relu", "he", new JsonObject { ["norm"] = 5.0, ["value"] = null });
        Enum.GetValues<Symptom>().ShouldAllBe(symptom => !Advice.For(symptom, clipping).Fix.Contains("clip"));
        Advice.For(Symptom.ExplodingGradient, Setup("relu", "he", new JsonObject { ["norm"] = null, ["value"] = 1.0 })).Fix.ShouldContain("clip");
    }

    [Fact]
    public void A_rule_advises_by_the_setup_of_its_run()
    {
        var rules = new RuleSet(new NonFiniteRule(), new VanishingGradientRule(new VanishingGradientThresholds()));
        rules.Observe(SampleRun.Started(784, 10) with { Config = Config("relu", "he", clip: null) });
        rules.Observe(SampleRun.NonFinite(5, "a", 0)).ShouldHaveSingleItem().Advice.ShouldBe(Advice.For(Symptom.NonFinite).Fix);

        Alert[] alerts = [.. rules.Replay(SampleRun.Window(SampleRun.Step(10, norm: 1e-9, accuracy: 0.1), 1e-9))];
        alerts.ShouldHaveSingleItem().Advice.ShouldStartWith("lower the learning rate (it is 50)");
    }

    private static RunSetup Setup(string activation, string initialization, JsonNode? clip) =>
        RunSetup.Of(SampleRun.Started(784, 10) with { Config = Config(activation, initialization, clip) });

    private static JsonObject Config(string activation, string initialization, JsonNode? clip) => new()
    {
        ["model"] = new JsonObject { ["activation"] = activation, ["initialization"] = initialization },
        ["optimizer"] = new JsonObject { ["learning_rate"] = 50.0 },
        ["clip"] = clip,
    };
}
