namespace DistSgd.Learning.Noise;

/// <summary>The simple noise scale B_simple = tr Σ / ‖G‖², from the slices of the steps: the batch size at which noise and gradient weigh the same.</summary>
/// <remarks>
/// <para>With slices k of nₖ examples, their mean gradients gₖ and the batch's mean gradient ḡ over N examples, tr Σ ≈ (Σ nₖ‖gₖ‖² − N‖ḡ‖²)/(S − 1) and
/// ‖G‖² ≈ ‖ḡ‖² − tr Σ/N: both unbiased, whatever the sizes of the slices, for examples drawn independently (McCandlish et al., An Empirical Model of
/// Large-Batch Training, 2018; their two-batch estimator, averaged over the slices). An epoch draws without replacement, and shards that differ on purpose
/// count as noise.</para>
/// <para>Each is smoothed by itself, and the ratio is taken last: a mean of ratios would be far too large. The interval is Fieller's for a ratio of
/// two means that go together; it has no upper end while ‖G‖² cannot be told from 0.</para>
/// </remarks>
public sealed class NoiseScaleEstimator
{
    /// <summary>Steps that the averages must have behind them before there is an interval.</summary>
    public const int FewestSteps = 20;

    private const double Normal95 = 1.959963984540054;

    private readonly double _decay;

    /// <summary>Creates an estimator that has seen nothing.</summary>
    /// <param name="decay">What the weight of a step is multiplied by with each step after it; below 1.</param>
    public NoiseScaleEstimator(double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(decay, 1);
        _decay = decay;
    }

    /// <summary>The weighted sums, part of a run's state.</summary>
    public NoiseSums Sums { get; set; } = new();

    /// <summary>Adds a step.</summary>
    /// <param name="slices">Number of slices, at least 2.</param>
    /// <param name="scaledSquares">Σ nₖ‖gₖ‖² over them.</param>
    /// <param name="examples">Number of examples of them all.</param>
    /// <param name="squaredNorm">‖ḡ‖².</param>
    public void Add(int slices, double scaledSquares, int examples, double squaredNorm)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 2);
        double trace = (scaledSquares - (examples * squaredNorm)) / (slices - 1);
        double gradient = squaredNorm - (trace / examples);
        NoiseSums s = Sums;
        Sums = new NoiseSums
        {
            Steps = s.Steps + 1,
            Weight = (_decay * s.Weight) + 1,
            SquaredWeight = (_decay * _decay * s.SquaredWeight) + 1,
            Trace = (_decay * s.Trace) + trace,
            Gradient = (_decay * s.Gradient) + gradient,
            TraceTrace = (_decay * s.TraceTrace) + (trace * trace),
            GradientGradient = (_decay * s.GradientGradient) + (gradient * gradient),
            TraceGradient = (_decay * s.TraceGradient) + (trace * gradient),
        };
    }

    /// <summary>The present estimate.</summary>
    /// <returns>The estimate; null before there are <see cref="FewestSteps"/> steps.</returns>
    public NoiseScale? Read()
    {
        NoiseSums s = Sums;
        if (s.Steps < FewestSteps)
        {
            return null;
        }

        double trace = s.Trace / s.Weight, gradient = s.Gradient / s.Weight;
        double steps = s.Weight * s.Weight / s.SquaredWeight;

        // Variances of the means; a factor of n/(n − 1) makes those of the values unbiased.
        double ofTrace = ((s.TraceTrace / s.Weight) - (trace * trace)) / (steps - 1);
        double ofGradient = ((s.GradientGradient / s.Weight) - (gradient * gradient)) / (steps - 1);
        double together = ((s.TraceGradient / s.Weight) - (trace * gradient)) / (steps - 1);
        (double low, double high) = Fieller(trace, gradient, ofTrace, ofGradient, together);
        return new NoiseScale(trace, gradient, gradient > 0 ? Math.Max(0, trace / gradient) : double.PositiveInfinity, low, high);
    }

    /// <summary>All ratios r for which trace − r · gradient is no more than 1.96 of its standard deviations from 0.</summary>
    private static (double Low, double High) Fieller(double trace, double gradient, double ofTrace, double ofGradient, double together)
    {
        const double Z = Normal95 * Normal95;
        double a = (gradient * gradient) - (Z * ofGradient);
        double b = (trace * gradient) - (Z * together);
        double c = (trace * trace) - (Z * ofTrace);
        double discriminant = (b * b) - (a * c);
        if (discriminant < 0)
        {
            return (0, double.PositiveInfinity);
        }

        double root = Math.Sqrt(discriminant);
        return a > 0
            ? (Math.Max(0, (b - root) / a), Math.Max(0, (b + root) / a))
            : (Math.Max(0, c > 0 ? (b - root) / a : 0), double.PositiveInfinity);
    }
}

/// <summary>Exponentially weighted sums over the steps.</summary>
public readonly record struct NoiseSums
{
    /// <summary>Number of steps.</summary>
    public long Steps { get; init; }

    /// <summary>Sum of the weights.</summary>
    public double Weight { get; init; }

    /// <summary>Sum of the squared weights.</summary>
    public double SquaredWeight { get; init; }

    /// <summary>Weighted sum of the estimates of tr Σ.</summary>
    public double Trace { get; init; }

    /// <summary>Weighted sum of the estimates of ‖G‖².</summary>
    public double Gradient { get; init; }

    /// <summary>Weighted sum of the squares of the former.</summary>
    public double TraceTrace { get; init; }

    /// <summary>Weighted sum of the squares of the latter.</summary>
    public double GradientGradient { get; init; }

    /// <summary>Weighted sum of their products.</summary>
    public double TraceGradient { get; init; }

    /// <summary>The sums of the steps that came after an earlier state, where earlier steps weigh as much as later ones.</summary>
    /// <param name="earlier">The earlier state.</param>
    /// <returns>The differences.</returns>
    public NoiseSums Since(NoiseSums earlier) => new()
    {
        Steps = Steps - earlier.Steps,
        Weight = Weight - earlier.Weight,
        SquaredWeight = SquaredWeight - earlier.SquaredWeight,
        Trace = Trace - earlier.Trace,
        Gradient = Gradient - earlier.Gradient,
        TraceTrace = TraceTrace - earlier.TraceTrace,
        GradientGradient = GradientGradient - earlier.GradientGradient,
        TraceGradient = TraceGradient - earlier.TraceGradient,
    };

    /// <summary>The estimate that the sums make.</summary>
    /// <returns>The estimate; null with fewer than <see cref="NoiseScaleEstimator.FewestSteps"/> steps.</returns>
    public NoiseScale? Read() => new NoiseScaleEstimator(0) { Sums = this }.Read();
}

/// <summary>An estimate of the noise scale.</summary>
/// <param name="Trace">tr Σ, the summed variance of an example's gradient.</param>
/// <param name="SquaredNorm">‖G‖² of the true gradient; an estimate, which may fall below 0.</param>
/// <param name="Scale">Their ratio in examples; infinite if <paramref name="SquaredNorm"/> is not above 0.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Its upper end; infinite while ‖G‖² cannot be told from 0.</param>
public readonly record struct NoiseScale(double Trace, double SquaredNorm, double Scale, double Low, double High);
