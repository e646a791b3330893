using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Tests.Optimization.Support;

namespace DistSgd.Learning.Tests.Optimization;

public class OptimizerTests
{
    [Theory]
    [InlineData(OptimizerKind.Sgd, "clip_by_global_norm > add_gradient_noise > add_weight_decay > momentum > scale_by_learning_rate")]
    [InlineData(
        OptimizerKind.Adagrad,
        "clip_by_global_norm > add_gradient_noise > add_weight_decay > scale_by_adagrad > momentum > scale_by_learning_rate")]
    [InlineData(
        OptimizerKind.Rmsprop,
        "clip_by_global_norm > add_gradient_noise > add_weight_decay > scale_by_rmsprop > momentum > scale_by_learning_rate")]
    [InlineData(OptimizerKind.Adam, "clip_by_global_norm > add_gradient_noise > add_weight_decay > scale_by_adam > scale_by_learning_rate")]
    [InlineData(
        OptimizerKind.Adamw,
        "clip_by_global_norm > add_gradient_noise > scale_by_adam > add_decoupled_weight_decay > scale_by_learning_rate")]
    public void Links_come_in_the_order_clip_noise_coupled_decay_rule_decoupled_decay_rate(OptimizerKind kind, string links)
    {
        var settings = new OptimizerSettings
        {
            Kind = kind,
            ClipNorm = 1,
            GradientNoise = 0.1,
            WeightDecay = 0.1,
            UseMomentum = kind is not (OptimizerKind.Adam or OptimizerKind.Adamw),
        };
        Optimizer.Build(settings).Name.ShouldBe(links);
    }

    [Fact]
    public void Links_that_would_do_nothing_are_left_out()
    {
        Optimizer.Build(new OptimizerSettings { Kind = OptimizerKind.Sgd }).Name.ShouldBe("scale_by_learning_rate");
        Optimizer.Build(new OptimizerSettings { Kind = OptimizerKind.Sgd, ClipValue = 1, UseMomentum = true, Nesterov = true })
            .Name.ShouldBe("clip_by_value > nesterov_momentum > scale_by_learning_rate");
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd, new[] { "momentum" })]
    [InlineData(OptimizerKind.Adagrad, new[] { "square_sum", "momentum" })]
    [InlineData(OptimizerKind.Rmsprop, new[] { "square_average", "momentum" })]
    public void Slots_have_the_names_of_checkpoints(OptimizerKind kind, string[] names)
    {
        GradientTransformChain chain = Optimizer.Build(new OptimizerSettings { Kind = kind, UseMomentum = true });
        chain.Slots.ShouldBeEmpty();
        chain.Init(new ParameterLayout(2, 2));
        chain.Slots.Select(slot => slot.Name).ShouldBe(names);
    }

    [Fact]
    public void Settings_reach_the_rule()
    {
        // One step of g = 2 with ε = 1: RMSProp √(0.75·4) + 1, Adam and AdaGrad 2 + 1.
        Rule(new() { Kind = OptimizerKind.Rmsprop, Smoothing = 0.25, Epsilon = 1 }).ShouldBeNear([-0.2 / (Math.Sqrt(3) + 1), 0]);
        Rule(new() { Kind = OptimizerKind.Adagrad, Epsilon = 1 }).ShouldBeNear([-0.2 / 3, 0]);
        Rule(new() { Kind = OptimizerKind.Adam, Beta1 = 0.5, Beta2 = 0.5, Epsilon = 1 }).ShouldBeNear([-0.2 / 3, 0]);

        static float[] Rule(OptimizerSettings settings) => new TransformDriver(Optimizer.Build(settings), 0, 0).Update(2, 0);
    }

    [Fact]
    public void Nesterov_without_momentum_is_refused() => Refusal(new() { Kind = OptimizerKind.Sgd, Nesterov = true })
        .ShouldBe("optimizer.nesterov: true without momentum; expected optimizer.momentum above 0.");

    [Theory]
    [InlineData(OptimizerKind.Adam, "adam")]
    [InlineData(OptimizerKind.Adamw, "adamw")]
    public void A_second_momentum_for_adam_is_refused(OptimizerKind kind, string name) => Refusal(new() { Kind = kind, UseMomentum = true })
        .ShouldBe($"optimizer.momentum: above 0 with kind {name}, whose momentum is optimizer.beta1; expected 0.");

    [Fact]
    public void Two_ways_of_clipping_at_once_are_refused() => Refusal(new() { Kind = OptimizerKind.Sgd, ClipNorm = 1, ClipValue = 1 })
        .ShouldBe("clip: both value and norm are given; expected one of them.");

    [Fact]
    public void An_epsilon_that_vanishes_in_single_precision_is_refused() => Refusal(new() { Kind = OptimizerKind.Adam, Epsilon = 1e-60 })
        .ShouldBe("optimizer.epsilon: 1E-60 is 0 in single precision; expected at least 1e-45.");

    private static string Refusal(OptimizerSettings settings) => Should.Throw<InputException>(() => Optimizer.Build(settings)).Message;
}
