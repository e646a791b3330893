using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;

namespace DistSgd.Learning.Tests.Optimization.Transforms;

public class WeightDecayTests
{
    [Fact]
    public void Coupled_decay_adds_to_the_gradient_of_weights_and_biases()
    {
        var driver = new TransformDriver(new AddWeightDecay(0.25), 4, -8, 2);
        driver.Update(1, 1, -0.5f).ShouldBe([2, -1, 0]);
        driver.Parameters.ShouldBe([4, -8, 2]);
    }

    [Fact]
    public void Decoupled_decay_adds_to_the_direction()
    {
        var driver = new TransformDriver(new AddDecoupledWeightDecay(0.25), 4, -8, 2);
        driver.Update(1, 1, -0.5f).ShouldBe([2, -1, 0]);
    }

    [Fact]
    public void With_plain_sgd_the_two_are_the_same()
    {
        float[] gradient = RandomGradients.Draw(5, 0, 20);
        float[] parameters = RandomGradients.Draw(6, 0, 20);
        var coupled = new GradientTransformChain(new AddWeightDecay(0.1), new ScaleByLearningRate());
        var decoupled = new GradientTransformChain(new AddDecoupledWeightDecay(0.1), new ScaleByLearningRate());
        new TransformDriver(coupled, parameters).Update(gradient).ShouldBe(new TransformDriver(decoupled, parameters).Update(gradient));
    }

    // With a zero gradient Adam's rule turns λθ of any size into a direction of size one; AdamW shrinks by 1 − ηλ.
    [Fact]
    public void Adam_rescales_coupled_decay_and_adamw_shrinks_all_parameters_alike()
    {
        float[] parameters = [1, -8, 0.5f];
        var adam = new TransformDriver(Build(OptimizerKind.Adam), parameters);
        var adamw = new TransformDriver(Build(OptimizerKind.Adamw), parameters);
        adam.Step([0, 0, 0]);
        adamw.Step([0, 0, 0]);

        adam.Parameters.ShouldBeNear([1 - 0.1, -8 + 0.1, 0.5 - 0.1]);
        adamw.Parameters.ShouldBeNear([0.95, -7.6, 0.475]);
    }

    private static GradientTransformChain Build(OptimizerKind kind) =>
        Optimizer.Build(new OptimizerSettings { Kind = kind, WeightDecay = 0.5 });
}
