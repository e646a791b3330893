using System.Numerics.Tensors;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Optimization;

public class GradientTransformChainTests
{
    [Fact]
    public void Links_apply_from_first_to_last()
    {
        var clipThenScale = new GradientTransformChain(new ClipByValue(1), new ScaleByLearningRate());
        var scaleThenClip = new GradientTransformChain(new ScaleByLearningRate(), new ClipByValue(1));
        new TransformDriver(clipThenScale, 0, 0) { LearningRate = 0.25 }.Update(8, -2).ShouldBe([-0.25f, 0.25f]);
        new TransformDriver(scaleThenClip, 0, 0) { LearningRate = 0.25 }.Update(8, -2).ShouldBe([-1, 0.5f]);
    }

    [Fact]
    public void A_chain_without_links_leaves_the_gradient_as_it_is() =>
        new TransformDriver(new GradientTransformChain(), 0, 0).Update(3, -4).ShouldBe([3, -4]);

    [Fact]
    public void Slots_of_one_name_are_numbered()
    {
        var chain = new GradientTransformChain(new Momentum(), new ScaleByAdam(), new Momentum(), new Momentum(nesterov: true));
        var driver = new TransformDriver(chain, 0, 0) { Momentum = 0.5 };

        chain.Slots.Select(slot => slot.Name).ShouldBe(["momentum", "first_moment", "second_moment", "momentum_2", "momentum_3"]);
        chain.Name.ShouldBe("momentum > scale_by_adam > momentum > nesterov_momentum");
        driver.Update(5, 7);
        driver.Slot("momentum").ShouldBe([5, 7]);
    }

    [Fact]
    public void Initialising_again_forgets_the_state()
    {
        var chain = new GradientTransformChain(new Momentum(), new ScaleByAdagrad());
        var driver = new TransformDriver(chain, 0, 0) { Momentum = 0.5 };
        driver.Update(5, 7);
        chain.Init(driver.Layout);
        chain.Slots.ShouldAllBe(slot => slot.Values.Length == driver.Layout.Length);
        chain.Slots.SelectMany(slot => slot.Values.Span.ToArray()).ShouldAllBe(element => element == 0);
    }

    [Theory]
    [MemberData(nameof(OptimizerCases.All), MemberType = typeof(OptimizerCases))]
    public void A_step_has_the_bits_of_the_mean_its_update_and_their_sum_one_after_the_other(string name)
    {
        OptimizerCase optimizer = OptimizerCases.Get(name);
        var layout = new ParameterLayout(100, 60, 3);
        GradientTransformChain apart = Optimizer.Build(optimizer.Settings);
        GradientTransformChain together = Optimizer.Build(optimizer.Settings);
        apart.Init(layout);
        together.Init(layout);
        var expected = new AlignedVector(layout.Length);
        var actual = new AlignedVector(layout.Length);
        var update = new AlignedVector(layout.Length);
        var next = new AlignedVector(layout.Length);
        foreach ((int step, int examples) in (ReadOnlySpan<(int, int)>)[(0, 1), (1, 8), (2, 13)])
        {
            RandomGradients.Draw(3, step, layout.Length).CopyTo(next.Span);
            var context = new UpdateContext(step, step, 0.1, optimizer.Momentum, GradientNorm: 100);
            TensorPrimitives.Divide(next.Span, examples, update.Span);
            apart.Update(context, update, expected).ShouldBeTrue();
            TensorPrimitives.Add(expected.Span, update.Span, expected.Span);
            together.Step(context, next, examples, actual).ShouldBeTrue();
            (actual, next) = (next, actual);
        }

        actual.Span.ToArray().ShouldBe(expected.Span.ToArray());
    }

    [Theory]
    [InlineData(0f, true)]
    [InlineData(float.NaN, false)]
    [InlineData(float.NegativeInfinity, false)]
    [InlineData(float.MaxValue, false)]
    public void A_step_tells_whether_all_new_parameters_are_finite_and_leaves_the_old_ones(float element, bool finite)
    {
        var layout = new ParameterLayout(100, 100);
        var gradient = new AlignedVector(layout.Length);
        var parameters = new AlignedVector(layout.Length);
        parameters.Span.Fill(-float.MaxValue);
        gradient.Span[layout.Length - 3] = element;
        var chain = new GradientTransformChain(new ScaleByLearningRate());
        chain.Init(layout);
        chain.Step(new UpdateContext(0, 0, LearningRate: 1, 0, 0), gradient, 1, parameters).ShouldBe(finite);
        parameters.Span.ToArray().ShouldAllBe(x => x == -float.MaxValue);
    }

    [Fact]
    public void A_link_that_another_chain_has_initialised_since_is_refused()
    {
        foreach (IGradientTransform link in new IGradientTransform[]
        {
            new Momentum(), new Momentum(nesterov: true), new ScaleByAdagrad(), new ScaleByRmsprop(), new ScaleByAdam(),
        })
        {
            var chain = new GradientTransformChain(link);
            var layout = new ParameterLayout(40, 40);
            chain.Init(layout);
            new GradientTransformChain(link).Init(new ParameterLayout(1, 1));
            Should.Throw<ArgumentException>(() => chain.Update(default, new AlignedVector(layout.Length), new AlignedVector(layout.Length)))
                .Message.ShouldContain("272 elements");
        }
    }

    [Fact]
    public void Vectors_of_another_layout_are_refused()
    {
        var chain = new GradientTransformChain(new Momentum());
        var vector = new AlignedVector(48);
        Should.Throw<ArgumentException>(() => chain.Update(default, vector, vector)).Message.ShouldContain("has not been initialised");
        chain.Init(new ParameterLayout(1, 1));
        Should.Throw<ArgumentException>(() => chain.Step(default, vector, 1, vector)).Message.ShouldContain("48 elements; expected 272");
    }
}
