using System.Numerics.Tensors;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Tests.Optimization.Support;
using DistSgd.Numerics.Memory;

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

    [Theory]
    [MemberData(nameof(OptimizerCases.All), MemberType = typeof(OptimizerCases))]
    public void A_step_taken_in_parts_has_the_bits_of_one_over_the_whole_vector(string name)
    {
        OptimizerCase optimizer = OptimizerCases.Get(name);
        var layout = new ParameterLayout(100, 60, 3); // longer than a part, and no multiple of one
        GradientTransformChain whole = Optimizer.Build(optimizer.Settings);
        GradientTransformChain inParts = Optimizer.Build(optimizer.Settings);
        whole.Init(layout);
        inParts.Init(layout);
        var expected = new AlignedVector(layout.Length);
        var actual = new AlignedVector(layout.Length);
        var next = new AlignedVector(layout.Length);
        var gradient = new AlignedVector(layout.Length);
        var update = new AlignedVector(layout.Length);
        for (int step = 0; step < 3; step++)
        {
            RandomGradients.Draw(3, step, layout.Length).CopyTo(gradient.Span);
            var context = new UpdateContext(step, step, 0.1, optimizer.Momentum, GradientNorm: 100);
            update.CopyFrom(gradient);
            whole.Update(context, update.Span, expected.Span, offset: 0);
            TensorPrimitives.Add(expected.Span, update.Span, expected.Span);
            Optimizer.Step(inParts, context, gradient, actual, next).ShouldBeTrue();
            (actual, next) = (next, actual);
        }

        actual.Span.ToArray().ShouldBe(expected.Span.ToArray());
    }

    [Theory]
    [InlineData(0f, true)]
    [InlineData(float.NaN, false)]
    [InlineData(float.NegativeInfinity, false)]
    [InlineData(float.MaxValue, false)]
    public void A_step_tells_whether_all_new_parameters_are_finite(float element, bool finite)
    {
        var layout = new ParameterLayout(100, 100);
        var gradient = new AlignedVector(layout.Length);
        var parameters = new AlignedVector(layout.Length);
        parameters.Span.Fill(-float.MaxValue);
        gradient.Span[layout.Length - 3] = element;
        var settings = new OptimizerSettings { Kind = OptimizerKind.Sgd };
        var context = new UpdateContext(0, 0, LearningRate: 1, 0, 0);
        Optimizer.Step(Optimizer.Build(settings), context, gradient, parameters, new AlignedVector(layout.Length)).ShouldBe(finite);
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
