using System.Runtime.CompilerServices;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>RMSProp: s ← αs + (1 − α)g², passed on as g / (√s + ε) (Tieleman and Hinton 2012; PyTorch's form, not centred).</summary>
public sealed unsafe class ScaleByRmsprop : IGradientTransform
{
    /// <summary>PyTorch's default of α.</summary>
    public const double DefaultSmoothing = 0.99;

    /// <summary>PyTorch's default of ε.</summary>
    public const double DefaultEpsilon = 1e-8;

    private readonly float _smoothing;
    private readonly float _weightOfNew;
    private readonly float _epsilon;
    private AlignedVector _squareAverage = new(0);

    /// <summary>Creates the transform.</summary>
    /// <param name="smoothing">α, in [0, 1).</param>
    /// <param name="epsilon">ε, above 0 also when rounded to float.</param>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is out of range.</exception>
    public ScaleByRmsprop(double smoothing = DefaultSmoothing, double epsilon = DefaultEpsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(smoothing);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(smoothing, 1);
        _smoothing = (float)smoothing;
        _weightOfNew = (float)(1 - smoothing);
        _epsilon = (float)epsilon;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_epsilon, nameof(epsilon));
    }

    /// <inheritdoc/>
    public string Name => "scale_by_rmsprop";

    /// <summary>The moving average of squared gradients s as <c>square_average</c>.</summary>
    public IReadOnlyList<OptimizerSlot> Slots { get; private set; } = [];

    /// <inheritdoc/>
    public void Init(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _squareAverage = new AlignedVector(layout.Length);
        Slots = [new OptimizerSlot("square_average", _squareAverage)];
    }

    /// <inheritdoc/>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule =>
        pass.Continue(before, new Rule(pass.StateOf(_squareAverage), _smoothing, _weightOfNew, _epsilon));

    private readonly unsafe struct Rule(float* squareAverage, float smoothing, float weightOfNew, float epsilon) : IUpdateRule
    {
        private readonly float* _squareAverage = squareAverage;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector newTerm = TVector.Broadcast(weightOfNew) * update * update;
            TVector average = TVector.FusedMultiplyAdd(TVector.Broadcast(smoothing), TVector.Load(_squareAverage + index), newTerm);
            average.Store(_squareAverage + index);
            return update / (TVector.Sqrt(average) + TVector.Broadcast(epsilon));
        }
    }
}
