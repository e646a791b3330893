using System.Runtime.CompilerServices;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>AdaGrad: s ← s + g², passed on as g / (√s + ε) (Duchi et al. 2011; PyTorch's form).</summary>
public sealed class ScaleByAdagrad : IGradientTransform
{
    /// <summary>PyTorch's default of ε.</summary>
    public const double DefaultEpsilon = 1e-10;

    private readonly float _epsilon;
    private AlignedVector _squareSum = new(0);

    /// <summary>Creates the transform.</summary>
    /// <param name="epsilon">ε, above 0 also when rounded to float.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is not above 0.</exception>
    public ScaleByAdagrad(double epsilon = DefaultEpsilon)
    {
        _epsilon = (float)epsilon;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_epsilon, nameof(epsilon));
    }

    /// <inheritdoc/>
    public string Name => "scale_by_adagrad";

    /// <summary>The sum of squared gradients s as <c>square_sum</c>.</summary>
    public IReadOnlyList<OptimizerSlot> Slots { get; private set; } = [];

    /// <inheritdoc/>
    public void Init(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _squareSum = new AlignedVector(layout.Length);
        Slots = [new OptimizerSlot("square_sum", _squareSum)];
    }

    /// <inheritdoc/>
    public void Update(in UpdateContext context, Span<float> update, Span<float> parameters, int offset) =>
        Elementwise.Run(new Rule(_epsilon), update, _squareSum.Span.Slice(offset, update.Length));

    private readonly struct Rule(float epsilon) : IElementwise2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector update, ref TVector squareSum)
            where TVector : struct, ISimdVector<TVector>
        {
            squareSum = TVector.FusedMultiplyAdd(update, update, squareSum);
            update /= TVector.Sqrt(squareSum) + TVector.Broadcast(epsilon);
        }
    }
}
