using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;

namespace DistSgd.Learning.Tests.Optimization.Transforms;

// Each transform against a scalar twin, bit for bit: lanes do not interact, so no vector width can give other bits.
public class TransformBitsTests
{
    private const int Count = 100;

    private delegate float ScalarRule(float gradient, ref float first, ref float second, long step);

    [Fact]
    public void Heavy_ball_has_the_bits_of_its_scalar_form() =>
        Compare(new Momentum(), (float g, ref float v, ref float _, long _) => v = MathF.FusedMultiplyAdd(0.9f, v, g));

    [Fact]
    public void Nesterov_has_the_bits_of_its_scalar_form() => Compare(
        new Momentum(nesterov: true),
        (float g, ref float v, ref float _, long _) =>
        {
            v = MathF.FusedMultiplyAdd(0.9f, v, g);
            return MathF.FusedMultiplyAdd(0.9f, v, g);
        });

    [Fact]
    public void Adagrad_has_the_bits_of_its_scalar_form() => Compare(
        new ScaleByAdagrad(),
        (float g, ref float s, ref float _, long _) =>
        {
            s = MathF.FusedMultiplyAdd(g, g, s);
            return g / (MathF.Sqrt(s) + 1e-10f);
        });

    [Fact]
    public void Rmsprop_has_the_bits_of_its_scalar_form() => Compare(
        new ScaleByRmsprop(),
        (float g, ref float s, ref float _, long _) =>
        {
            float weighted = (float)(1 - 0.99) * g;
            s = MathF.FusedMultiplyAdd(0.99f, s, weighted * g);
            return g / (MathF.Sqrt(s) + 1e-8f);
        });

    [Fact]
    public void Adam_has_the_bits_of_its_scalar_form() => Compare(
        new ScaleByAdam(),
        (float g, ref float m, ref float v, long step) =>
        {
            float correction1 = (float)(1 / (1 - Math.Pow(0.9, step + 1)));
            float correction2 = (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, step + 1)));
            float weighted = (float)(1 - 0.999) * g;
            m = MathF.FusedMultiplyAdd(0.9f, m, (float)(1 - 0.9) * g);
            v = MathF.FusedMultiplyAdd(0.999f, v, weighted * g);
            float root = correction2 * MathF.Sqrt(v);
            return correction1 * m / (root + 1e-8f);
        });

    [Fact]
    public void Scaling_by_the_learning_rate_has_the_bits_of_its_scalar_form() =>
        Compare(new ScaleByLearningRate(), (float g, ref float _, ref float _, long _) => -0.1f * g);

    [Fact]
    public void Weight_decay_and_the_final_addition_have_the_bits_of_their_scalar_forms()
    {
        float[] parameters = RandomGradients.Draw(8, 0, Count);
        float[] gradient = RandomGradients.Draw(8, 1, Count);
        var driver = new TransformDriver(new AddWeightDecay(0.3), parameters);
        float[] update = [.. gradient.Zip(parameters, (g, p) => MathF.FusedMultiplyAdd(0.3f, p, g))];

        driver.Update(gradient).ShouldBe(update);
        driver.Step(gradient);
        driver.Parameters.ShouldBe([.. parameters.Zip(update, (p, u) => p + u)]);
    }

    private static void Compare(IGradientTransform transform, ScalarRule rule)
    {
        var driver = new TransformDriver(transform, new float[Count]) { Momentum = 0.9, LearningRate = 0.1 };
        float[] first = new float[Count];
        float[] second = new float[Count];
        for (int t = 0; t < 20; t++)
        {
            float[] gradient = RandomGradients.Draw(7, t, Count);
            float[] update = driver.Update(gradient);
            for (int i = 0; i < Count; i++)
            {
                update[i].ShouldBe(rule(gradient[i], ref first[i], ref second[i], t), $"step {t}, element {i}");
            }
        }

        driver.Padding.ShouldAllBe(element => element == 0);
    }
}
