using System.Numerics.Tensors;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Models;

/// <summary>Activation functions of the hidden layers, forward and backward, over blocks whose length is a multiple of 16.</summary>
/// <remarks>
/// Transcendental functions come from TensorPrimitives, whose vector code gives the same bits at every width; the platform's Math does not.
/// </remarks>
public static class Activations
{
    private const float LeakySlope = 0.01f;
    private const float GeluScale = 0.7978845608028654f; // √(2/π)
    private const float GeluCubic = 0.044715f;

    /// <summary>Elements of tanh that are computed together: small enough for the stack and the first-level cache.</summary>
    private const int TanhChunk = 512;

    /// <summary>True if the derivative cannot be had from the activation and has to be kept from the forward pass.</summary>
    /// <param name="kind">The activation.</param>
    /// <returns>True for GELU; the others are differentiated from their output.</returns>
    public static bool KeepsDerivative(Activation kind) => kind == Activation.Gelu;

    /// <summary>a = f(z).</summary>
    /// <param name="kind">The activation.</param>
    /// <param name="z">Pre-activations on entry; where <see cref="KeepsDerivative"/>, f′(z) on return.</param>
    /// <param name="a">Receives the activations; must be other memory than <paramref name="z"/> where <see cref="KeepsDerivative"/>.</param>
    public static void Forward(Activation kind, Span<float> z, Span<float> a)
    {
        switch (kind)
        {
            case Activation.Relu: Elementwise.Run(default(ReluForward), z, a); break;
            case Activation.LeakyRelu: Elementwise.Run(default(LeakyReluForward), z, a); break;
            case Activation.Tanh: Tanh(z, a); break;
            case Activation.Sigmoid: TensorPrimitives.Sigmoid(z, a); break;
            case Activation.Gelu:
                Elementwise.Run(default(GeluArgument), z, a);
                TensorPrimitives.Tanh(a, a);
                Elementwise.Run(default(GeluForward), z, a);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown activation.");
        }
    }

    /// <summary>δ ← δ ⊙ f′.</summary>
    /// <param name="kind">The activation.</param>
    /// <param name="derivative">f′ as the forward pass left it, read only where <see cref="KeepsDerivative"/>.</param>
    /// <param name="a">Activations of the forward pass.</param>
    /// <param name="delta">Error of the activations on entry, of the pre-activations on return.</param>
    public static void Backward(Activation kind, Span<float> derivative, Span<float> a, Span<float> delta)
    {
        switch (kind)
        {
            case Activation.Relu: Elementwise.Run(default(ReluBackward), a, delta); break;
            case Activation.LeakyRelu: Elementwise.Run(default(LeakyReluBackward), a, delta); break;
            case Activation.Tanh: Elementwise.Run(default(TanhBackward), a, delta); break;
            case Activation.Sigmoid: Elementwise.Run(default(SigmoidBackward), a, delta); break;
            case Activation.Gelu: TensorPrimitives.Multiply(derivative, delta, delta); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown activation.");
        }
    }

    /// <summary>tanh with a small relative error near zero too.</summary>
    /// <remarks>
    /// TensorPrimitives has an absolute error of 6e-8 there, so tanh(0) is not 0 and a net of zero weights would leave its symmetry by
    /// rounding alone.
    /// </remarks>
    private static void Tanh(Span<float> z, Span<float> a)
    {
        Span<float> chunk = stackalloc float[TanhChunk];
        for (int start = 0; start < z.Length; start += TanhChunk)
        {
            int length = Math.Min(TanhChunk, z.Length - start);
            Span<float> x = chunk[..length], y = a.Slice(start, length);
            z.Slice(start, length).CopyTo(x);
            TensorPrimitives.Tanh(x, y);
            Elementwise.Run(default(TanhNearZero), x, y);
        }
    }

    // A negative input becomes 0, everything else stays, so that NaN is passed on instead of hidden.
    private readonly struct ReluForward : IElementwise
    {
        public void Apply<TVector>(ref TVector z, ref TVector a)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector zero = TVector.Broadcast(0);
            a = TVector.SelectGreater(zero, z, zero, z);
        }
    }

    private readonly struct ReluBackward : IElementwise
    {
        public void Apply<TVector>(ref TVector a, ref TVector delta)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector zero = TVector.Broadcast(0);
            delta = TVector.SelectGreater(a, zero, delta, zero);
        }
    }

    private readonly struct LeakyReluForward : IElementwise
    {
        public void Apply<TVector>(ref TVector z, ref TVector a)
            where TVector : struct, ISimdVector<TVector> =>
            a = TVector.SelectGreater(TVector.Broadcast(0), z, z * TVector.Broadcast(LeakySlope), z);
    }

    private readonly struct LeakyReluBackward : IElementwise
    {
        public void Apply<TVector>(ref TVector a, ref TVector delta)
            where TVector : struct, ISimdVector<TVector> =>
            delta = TVector.SelectGreater(a, TVector.Broadcast(0), delta, delta * TVector.Broadcast(LeakySlope));
    }

    // The series up to x⁹: from 1/4 down the next term is below single precision.
    private readonly struct TanhNearZero : IElementwise
    {
        public void Apply<TVector>(ref TVector x, ref TVector a)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector square = x * x;
            TVector series = TVector.FusedMultiplyAdd(square, TVector.Broadcast(62f / 2835), TVector.Broadcast(-17f / 315));
            series = TVector.FusedMultiplyAdd(square, series, TVector.Broadcast(2f / 15));
            series = TVector.FusedMultiplyAdd(square, series, TVector.Broadcast(-1f / 3));
            series = TVector.FusedMultiplyAdd(square * x, series, x);
            a = TVector.SelectGreater(TVector.Abs(x), TVector.Broadcast(0.25f), a, series);
        }
    }

    private readonly struct TanhBackward : IElementwise
    {
        public void Apply<TVector>(ref TVector a, ref TVector delta)
            where TVector : struct, ISimdVector<TVector> =>
            delta *= TVector.Broadcast(1) - (a * a);
    }

    private readonly struct SigmoidBackward : IElementwise
    {
        public void Apply<TVector>(ref TVector a, ref TVector delta)
            where TVector : struct, ISimdVector<TVector> =>
            delta *= a * (TVector.Broadcast(1) - a);
    }

    private readonly struct GeluArgument : IElementwise
    {
        public void Apply<TVector>(ref TVector z, ref TVector a)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector cubic = z * z * z;
            a = TVector.Broadcast(GeluScale) * TVector.FusedMultiplyAdd(TVector.Broadcast(GeluCubic), cubic, z);
        }
    }

    // From t = tanh of the argument: a = z/2·(1 + t) and f′ = ½(1 + t) + ½ z (1 − t²) √(2/π) (1 + 3·0.044715 z²).
    private readonly struct GeluForward : IElementwise
    {
        public void Apply<TVector>(ref TVector z, ref TVector a)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector one = TVector.Broadcast(1);
            TVector half = TVector.Broadcast(0.5f);
            TVector t = a;
            TVector inner = TVector.Broadcast(GeluScale) * TVector.FusedMultiplyAdd(TVector.Broadcast(3 * GeluCubic), z * z, one);
            a = half * z * (one + t);
            z = (half * (one + t)) + (half * z * (one - (t * t)) * inner);
        }
    }
}
