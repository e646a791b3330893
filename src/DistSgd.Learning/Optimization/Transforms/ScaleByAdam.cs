using System.Runtime.CompilerServices;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>
/// Adam: m ← β₁m + (1 − β₁)g and v ← β₂v + (1 − β₂)g², passed on as m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ)
/// (Kingma and Ba 2015; PyTorch's form).
/// </summary>
/// <remarks>t counts applied updates, this one included; the powers are taken in double precision.</remarks>
public sealed unsafe class ScaleByAdam : IGradientTransform
{
    /// <summary>PyTorch's default of β₁.</summary>
    public const double DefaultBeta1 = 0.9;

    /// <summary>PyTorch's default of β₂.</summary>
    public const double DefaultBeta2 = 0.999;

    /// <summary>PyTorch's default of ε.</summary>
    public const double DefaultEpsilon = 1e-8;

    private readonly double _beta1;
    private readonly double _beta2;
    private readonly float _epsilon;
    private AlignedVector _firstMoment = new(0);
    private AlignedVector _secondMoment = new(0);

    /// <summary>Creates the transform.</summary>
    /// <param name="beta1">β₁, in [0, 1).</param>
    /// <param name="beta2">β₂, in [0, 1).</param>
    /// <param name="epsilon">ε, above 0 also when rounded to float.</param>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is out of range.</exception>
    public ScaleByAdam(double beta1 = DefaultBeta1, double beta2 = DefaultBeta2, double epsilon = DefaultEpsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beta1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta1, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(beta2);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta2, 1);
        _beta1 = beta1;
        _beta2 = beta2;
        _epsilon = (float)epsilon;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_epsilon, nameof(epsilon));
    }

    /// <inheritdoc/>
    public string Name => "scale_by_adam";

    /// <summary>The moving averages m as <c>first_moment</c> and v as <c>second_moment</c>, before bias correction.</summary>
    public IReadOnlyList<OptimizerSlot> Slots { get; private set; } = [];

    /// <inheritdoc/>
    public void Init(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _firstMoment = new AlignedVector(layout.Length);
        _secondMoment = new AlignedVector(layout.Length);
        Slots = [new OptimizerSlot("first_moment", _firstMoment), new OptimizerSlot("second_moment", _secondMoment)];
    }

    /// <inheritdoc/>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule
    {
        double t = pass.Context.UpdateCount + 1;
        pass.Continue(before, new Rule(pass.StateOf(_firstMoment), pass.StateOf(_secondMoment))
        {
            Beta1 = (float)_beta1,
            WeightOfNew1 = (float)(1 - _beta1),
            Correction1 = (float)(1 / (1 - Math.Pow(_beta1, t))),
            Beta2 = (float)_beta2,
            WeightOfNew2 = (float)(1 - _beta2),
            RootCorrection2 = (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, t))),
            Epsilon = _epsilon,
        });
    }

    private readonly unsafe struct Rule(float* firstMoment, float* secondMoment) : IUpdateRule
    {
        private readonly float* _firstMoment = firstMoment;
        private readonly float* _secondMoment = secondMoment;

        public float Beta1 { get; init; }

        public float WeightOfNew1 { get; init; }

        public float Correction1 { get; init; }

        public float Beta2 { get; init; }

        public float WeightOfNew2 { get; init; }

        public float RootCorrection2 { get; init; }

        public float Epsilon { get; init; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector>
        {
            TVector first = TVector.Broadcast(WeightOfNew1) * update;
            TVector second = TVector.Broadcast(WeightOfNew2) * update * update;
            first = TVector.FusedMultiplyAdd(TVector.Broadcast(Beta1), TVector.Load(_firstMoment + index), first);
            second = TVector.FusedMultiplyAdd(TVector.Broadcast(Beta2), TVector.Load(_secondMoment + index), second);
            first.Store(_firstMoment + index);
            second.Store(_secondMoment + index);

            TVector root = TVector.Broadcast(RootCorrection2) * TVector.Sqrt(second);
            return TVector.Broadcast(Correction1) * first / (root + TVector.Broadcast(Epsilon));
        }
    }
}
