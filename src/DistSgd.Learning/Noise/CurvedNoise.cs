using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Noise;

/// <summary>
/// The noise scale that minds curvature: B_noise = tr(HΣ)/(GᵀHG), the batch at which a step of the best length gains half of what it gains without noise
/// (McCandlish et al. 2018, equation 2.8), and the best length itself, ε_max = ‖G‖²/(GᵀHG).
/// </summary>
/// <remarks>
/// tr(HΣ) is the mean of vᵀHv over vectors v = Σ sₙ(gₙ − G)/√N with random signs sₙ, whose covariance is Σ: one gradient and one Hessian product each
/// (Hutchinson's estimator, with the noise itself as the random vector).
/// </remarks>
/// <param name="layout">Layout of the parameters.</param>
/// <param name="parameters">The point.</param>
/// <param name="examples">Number of examples that take part, at least 2.</param>
/// <param name="samples">Number of random vectors, at least 2.</param>
/// <param name="seed">Seed of the signs.</param>
public sealed class CurvedNoise(ParameterLayout layout, AlignedVector parameters, int examples, int samples, ulong seed)
{
    private readonly List<double> _values = [];

    /// <summary>vᵀHv of each vector.</summary>
    public IReadOnlyList<double> Samples => _values;

    /// <summary>tr(HΣ).</summary>
    public double Trace => _values.Average();

    /// <summary>Standard error of <see cref="Trace"/>.</summary>
    public double TraceError => Math.Sqrt(_values.Sum(value => (value - Trace) * (value - Trace)) / (_values.Count - 1) / _values.Count);

    /// <summary>‖G‖².</summary>
    public double SquaredNorm { get; private set; }

    /// <summary>GᵀHG.</summary>
    public double CurvatureAlongGradient { get; private set; }

    /// <summary>B_noise in examples; null where the loss does not curve up along the gradient, so that no step length is best.</summary>
    public double? Scale => CurvatureAlongGradient > 0 ? Trace / CurvatureAlongGradient : null;

    /// <summary>Standard error of <see cref="Scale"/>.</summary>
    public double? ScaleError => CurvatureAlongGradient > 0 ? TraceError / CurvatureAlongGradient : null;

    /// <summary>The best learning rate without noise, ε_max; null where there is none.</summary>
    public double? BestRate => CurvatureAlongGradient > 0 ? SquaredNorm / CurvatureAlongGradient : null;

    /// <summary>The best learning rate of a batch, ε_max/(1 + B_noise/B).</summary>
    /// <param name="batch">Examples of the batch.</param>
    /// <returns>The rate; null where there is none.</returns>
    public double? BestRateAt(int batch) => BestRate / (1 + (Scale / batch));

    /// <summary>Measures.</summary>
    /// <returns>The gradients and products that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        var gradient = new AlignedVector(layout.Length);
        yield return new GradientRequest(parameters, gradient);
        SquaredNorm = FlatVectors.Dot(gradient, gradient);

        var product = new AlignedVector(layout.Length);
        yield return new HessianProductRequest(parameters, gradient, product);
        CurvatureAlongGradient = FlatVectors.Dot(gradient, product);

        var vector = new AlignedVector(layout.Length);
        for (int sample = 0; sample < samples; sample++)
        {
            var signed = new SignedGradientRequest(parameters, vector, seed + (ulong)sample);
            yield return signed;

            // The mean sign times G is taken out, because Σ is about the mean.
            FlatVectors.Add(-signed.Losses[1], gradient, vector);
            FlatVectors.Scale(vector, Math.Sqrt(examples));
            yield return new HessianProductRequest(parameters, vector, product);
            _values.Add(FlatVectors.Dot(vector, product));
        }
    }
}
