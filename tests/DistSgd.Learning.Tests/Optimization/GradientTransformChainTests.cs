using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;

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
    public void Slots_of_one_name_are_numbered_also_across_nested_chains()
    {
        var chain = new GradientTransformChain(
            new Momentum(), new GradientTransformChain(new ScaleByAdam(), new Momentum()), new Momentum(nesterov: true));
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

    [Fact]
    public void An_update_of_another_layout_is_refused()
    {
        foreach (IGradientTransform transform in new IGradientTransform[]
        {
            new Momentum(), new ScaleByAdagrad(), new ScaleByRmsprop(), new ScaleByAdam(),
        })
        {
            var driver = new TransformDriver(transform, new float[40]);
            transform.Init(new ParameterLayout(1, 1));
            Should.Throw<ArgumentOutOfRangeException>(() => driver.Update(new float[40]));
        }
    }
}
