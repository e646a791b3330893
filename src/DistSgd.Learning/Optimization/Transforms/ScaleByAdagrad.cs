using System.Runtime.CompilerServices;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>AdaGrad: s ← s + g², passed on as g / (√s + ε) (Duchi et al. 2011; PyTorch's form).</summary>
public sealed unsafe class ScaleByAdagrad : IGradientTransform
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
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule =>
        pass.Continue(before, new Rule(pass.StateOf(_squareSum), _epsilon));

    private readonly unsafe struct Rule(float* squareSum, float epsilon) : IUpdateRule
    {
        private readonly float* _squareSum = squareSum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector sum = TVector.FusedMultiplyAdd(update, update, TVector.Load(_squareSum + index));
            sum.Store(_squareSum + index);
            return update / (TVector.Sqrt(sum) + TVector.Broadcast(epsilon));
        }
    }
}
