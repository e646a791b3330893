using System.Numerics.Tensors;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Models;

/// <summary>Second derivatives of activations and losses, as Hessian-vector products need them (Pearlmutter 1994).</summary>
internal static class SecondDerivatives
{
    private const float GeluScale = 0.7978845608028654f; // √(2/π)
    private const float GeluCubic = 0.044715f;

    /// <summary>False for piecewise linear activations, whose second derivative vanishes wherever it exists.</summary>
    public static bool IsCurved(Activation kind) => kind is not (Activation.Relu or Activation.LeakyRelu);

    /// <summary>True if the second derivative needs the pre-activation; the others have it from the activation.</summary>
    public static bool NeedsPreActivation(Activation kind) => kind == Activation.Gelu;

    /// <summary>y ← y ⊙ f″.</summary>
    /// <param name="kind">A curved activation.</param>
    /// <param name="x">Activations f(z), or the pre-activations z where <see cref="NeedsPreActivation"/>; overwritten.</param>
    /// <param name="y">What is multiplied.</param>
    /// <param name="scratch">As large as the others.</param>
    public static void MultiplyBySecond(Activation kind, Span<float> x, Span<float> y, Span<float> scratch)
    {
        switch (kind)
        {
            case Activation.Tanh: Elementwise.Run(default(TanhSecond), x, y); break;
            case Activation.Sigmoid: Elementwise.Run(default(SigmoidSecond), x, y); break;
            case Activation.Gelu:
                Elementwise.Run(default(GeluArgument), x, scratch);
                TensorPrimitives.Tanh(scratch, scratch);
                Elementwise.Run(default(GeluSecond), x, scratch);
                TensorPrimitives.Multiply(scratch, y, y);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "The activation is not curved.");
        }
    }

    /// <summary>Multiplies the change of the outputs by the Hessian of each row's own loss with respect to them.</summary>
    /// <param name="architecture">Outputs and loss.</param>
    /// <param name="targets">What the rows should give.</param>
    /// <param name="rows">Index of the example of each row.</param>
    /// <param name="stride">Floats of a row with its padding.</param>
    /// <param name="gradient">Gradient of the loss with respect to the outputs, as <see cref="Losses.Evaluate"/> leaves it.</param>
    /// <param name="change">The change of the outputs on entry, that of the gradient on return.</param>
    public static void MultiplyByLossHessian(
        MlpArchitecture architecture, in Targets targets, ReadOnlySpan<int> rows, int stride, ReadOnlySpan<float> gradient, Span<float> change)
    {
        int outputs = architecture.Outputs;
        for (int r = 0; r < rows.Length; r++)
        {
            ReadOnlySpan<float> g = gradient.Slice(r * stride, outputs);
            Span<float> c = change.Slice(r * stride, outputs);
            int label = targets.Labels.Length > 0 ? targets.Labels[rows[r]] : -1;
            switch (architecture.Loss)
            {
                case LossKind.CrossEntropy: MultiplyBySoftmaxHessian(g, label, c); break;
                case LossKind.BinaryCrossEntropy: MultiplyByLogisticHessian(g, label, c); break;
                case LossKind.Mse: TensorPrimitives.Multiply(c, 2f / outputs, c); break;
                default: throw new ArgumentOutOfRangeException(nameof(architecture), architecture.Loss, "Unknown loss.");
            }
        }
    }

    // (diag p − ppᵀ)c with p = g + one-hot label.
    private static void MultiplyBySoftmaxHessian(ReadOnlySpan<float> g, int label, Span<float> c)
    {
        double mean = 0;
        for (int j = 0; j < g.Length; j++)
        {
            mean += (double)Probability(g[j], j == label) * c[j];
        }

        for (int j = 0; j < g.Length; j++)
        {
            c[j] = (float)(Probability(g[j], j == label) * (c[j] - mean));
        }
    }

    // σ(1 − σ)c / outputs with g = (σ − target) / outputs.
    private static void MultiplyByLogisticHessian(ReadOnlySpan<float> g, int label, Span<float> c)
    {
        for (int j = 0; j < g.Length; j++)
        {
            bool isTarget = g.Length == 1 ? label == 1 : label == j;
            double p = Probability(g[j] * g.Length, isTarget);
            c[j] = (float)(p * (1 - p) * c[j] / g.Length);
        }
    }

    private static double Probability(double gradient, bool isTarget) => isTarget ? gradient + 1 : gradient;

    // −2 tanh (1 − tanh²).
    private readonly struct TanhSecond : IElementwise
    {
        public void Apply<TVector>(ref TVector a, ref TVector y)
            where TVector : struct, ISimdVector<TVector> =>
            y *= TVector.Broadcast(-2) * a * (TVector.Broadcast(1) - (a * a));
    }

    // σ(1 − σ)(1 − 2σ).
    private readonly struct SigmoidSecond : IElementwise
    {
        public void Apply<TVector>(ref TVector a, ref TVector y)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector one = TVector.Broadcast(1);
            y *= a * (one - a) * (one - a - a);
        }
    }

    private readonly struct GeluArgument : IElementwise
    {
        public void Apply<TVector>(ref TVector z, ref TVector u)
            where TVector : struct, ISimdVector<TVector> =>
            u = TVector.Broadcast(GeluScale) * TVector.FusedMultiplyAdd(TVector.Broadcast(GeluCubic), z * z * z, z);
    }

    // With u = √(2/π)(z + kz³) and t = tanh u: f″ = (1 − t²)(u′ + ½zu″ − ztu′²).
    private readonly struct GeluSecond : IElementwise
    {
        public void Apply<TVector>(ref TVector z, ref TVector t)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector one = TVector.Broadcast(1);
            TVector first = TVector.Broadcast(GeluScale) * TVector.FusedMultiplyAdd(TVector.Broadcast(3 * GeluCubic), z * z, one);
            TVector second = TVector.Broadcast(GeluScale * 6 * GeluCubic) * z;
            t = (one - (t * t)) * (first + (TVector.Broadcast(0.5f) * z * second) - (z * t * first * first));
        }
    }
}
