using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Models;

public sealed class ActivationsTests
{
    public static TheoryData<Activation> All => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Values_agree_with_double_precision_from_the_smallest_to_saturated_inputs(Activation kind)
    {
        float[] z = Grid();
        (float[] a, _) = ForwardBackward(kind, z);
        for (int i = 0; i < z.Length; i++)
        {
            ((double)a[i]).ShouldBe(DoubleMlp.Activate(kind, z[i]), 1e-6 * Math.Max(1, Math.Abs(z[i])), $"f({z[i]})");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Derivatives_agree_with_central_differences(Activation kind)
    {
        float[] z = Grid();
        (_, float[] derivative) = ForwardBackward(kind, z);
        for (int i = 0; i < z.Length; i++)
        {
            // A difference must not reach over the kink at zero.
            bool hasKink = kind is Activation.Relu or Activation.LeakyRelu;
            if (hasKink && z[i] == 0)
            {
                continue;
            }

            double h = hasKink ? Math.Abs(z[i]) / 2 : 1e-5;
            double expected = (DoubleMlp.Activate(kind, z[i] + h) - DoubleMlp.Activate(kind, z[i] - h)) / (2 * h);
            ((double)derivative[i]).ShouldBe(expected, 3e-6, $"f'({z[i]})");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Extreme_inputs_give_finite_values_and_derivatives(Activation kind)
    {
        float[] z = [1e4f, -1e4f, 1e9f, -1e9f, 1e13f, -1e13f, 88, -88, 104, -104, 0, -0f, float.Epsilon, -float.Epsilon, 20, -20];
        (float[] a, float[] derivative) = ForwardBackward(kind, z);
        for (int i = 0; i < z.Length; i++)
        {
            ((double)a[i]).ShouldBe(DoubleMlp.Activate(kind, z[i]), 1e-6 * Math.Max(1, Math.Abs(z[i])), $"f({z[i]})");
            derivative[i].ShouldBeInRange(-0.2f, 1.2f);
        }
    }

    [Fact]
    public void The_hyperbolic_tangent_is_relatively_exact_down_to_zero()
    {
        float[] z = [.. Enumerable.Range(0, 1200).SelectMany(i => new[] { MathF.Pow(10, -i / 30f), -MathF.Pow(10, -i / 30f) }), .. new float[16]];
        (float[] a, _) = ForwardBackward(Activation.Tanh, z);
        for (int i = 0; i < z.Length; i++)
        {
            ((double)a[i]).ShouldBe(Math.Tanh(z[i]), (4e-7 * Math.Abs(Math.Tanh(z[i]))) + float.Epsilon, $"tanh({z[i]})");
        }

        a[^1].ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Nan_is_passed_on_and_not_hidden(Activation kind)
    {
        var z = new float[32];
        z[3] = z[21] = float.NaN;
        (float[] a, _) = ForwardBackward(kind, z);
        for (int i = 0; i < z.Length; i++)
        {
            float.IsNaN(a[i]).ShouldBe(i is 3 or 21);
        }
    }

    [Fact]
    public void The_derivative_of_relu_at_zero_is_zero() =>
        ForwardBackward(Activation.Relu, new float[16]).Derivative[0].ShouldBe(0);

    [Theory]
    [MemberData(nameof(All))]
    public void An_error_from_above_is_multiplied_by_the_derivative(Activation kind)
    {
        float[] z = Grid();
        float[] ones = ForwardBackward(kind, z).Derivative;
        float[] quarters = ForwardBackward(kind, z, error: -0.25f).Derivative;
        quarters.ShouldBe(ones.Select(d => -0.25f * d));
    }

    /// <summary>−10 to 10 in steps that hit no kink but the one at zero, with some very small numbers.</summary>
    private static float[] Grid()
    {
        float[] tiny = [0, 1e-30f, -1e-30f, 1e-6f, -1e-6f, 1e-3f, -1e-3f, 0.7f];
        return [.. Enumerable.Range(-100, 200).Select(i => (i / 10f) + 0.013f), .. tiny];
    }

    private static (float[] Activations, float[] Derivative) ForwardBackward(Activation kind, float[] z, float error = 1)
    {
        int n = z.Length;
        int padded = (n + 15) / 16 * 16;
        float[] kept = new float[padded], a = new float[padded], delta = new float[padded];
        z.CopyTo(kept, 0);
        Array.Fill(delta, error);
        Activations.Forward(kind, kept, a);
        Activations.Backward(kind, kept, a, delta);
        return (a[..n], delta[..n]);
    }
}
