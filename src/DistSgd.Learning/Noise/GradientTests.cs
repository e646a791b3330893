using DistSgd.Learning.Models;

namespace DistSgd.Learning.Noise;

/// <summary>
/// Three tests of how far a slice's mean gradient can be trusted, from the gradients of its single examples (Byrd et al. 2012; Bollapragada, Byrd and
/// Nocedal 2018; the definitions are Cockpit's).
/// </summary>
/// <remarks>
/// With b examples of gradients gₙ and their mean ḡ: the norm test θ² = (Σ‖gₙ‖² − b‖ḡ‖²)/(b(b−1)‖ḡ‖²), the inner-product test
/// θ² = (Σ(gₙᵀḡ)² − b‖ḡ‖⁴)/(b(b−1)‖ḡ‖⁴), the orthogonality test ν² = Σ(‖gₙ‖² − (gₙᵀḡ)²/‖ḡ‖²)/(b(b−1)‖ḡ‖²).
/// The first is the sum of the other two.
/// A slice of fewer than two examples, or with a mean of zero, is left out. The cost is one gradient and b²/2 inner products of inputs and errors.
/// </remarks>
public sealed class GradientTests
{
    /// <summary>Number of sums: slices, the three squares, B_simple's numerator and denominator.</summary>
    public const int Numbers = 6;

    private readonly LayerShape[] _layers;
    private double[] _gram = [];

    /// <summary>Prepares the tests of a model.</summary>
    /// <param name="layout">Its parameters.</param>
    public GradientTests(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _layers = [.. layout.Layers];
    }

    /// <summary>Adds a slice, whose errors are in the pass.</summary>
    /// <param name="pass">The pass, after <see cref="MlpPass.BackwardErrors"/>.</param>
    /// <param name="rows">Number of examples of the slice.</param>
    /// <param name="sums">The <see cref="Numbers"/> sums, to which those of the slice are added.</param>
    internal void Add(MlpPass pass, int rows, Span<double> sums)
    {
        if (rows < 2)
        {
            return;
        }

        if (_gram.Length < rows * rows)
        {
            _gram = new double[rows * rows];
        }

        ExampleGradients.Gram(pass, _layers, rows, _gram);
        double squares = 0, products = 0, mean = 0;
        for (int n = 0; n < rows; n++)
        {
            double withMean = 0; // gₙᵀḡ
            foreach (double product in _gram.AsSpan(n * rows, rows))
            {
                withMean += product;
            }

            withMean /= rows;
            squares += _gram[(n * rows) + n];
            products += withMean * withMean;
            mean += withMean;
        }

        mean /= rows; // ‖ḡ‖²
        if (mean > 0 && double.IsFinite(squares))
        {
            double pairs = (double)rows * (rows - 1);
            sums[0] += 1;
            sums[1] += (squares - (rows * mean)) / (pairs * mean);
            sums[2] += (products - (rows * mean * mean)) / (pairs * mean * mean);
            sums[3] += (squares - (products / mean)) / (pairs * mean);
            double trace = (squares - (rows * mean)) / (rows - 1);
            sums[4] += trace;
            sums[5] += mean - (trace / rows);
        }
    }

    /// <summary>What the sums say.</summary>
    /// <param name="sums">The sums, or their means over anything: only ratios count.</param>
    /// <returns>Means over the slices; null if no slice took part.</returns>
    public static GradientTestResult? Read(ReadOnlySpan<double> sums) => sums[0] > 0
        ? new GradientTestResult(
            Math.Sqrt(Math.Max(0, sums[1] / sums[0])),
            Math.Sqrt(Math.Max(0, sums[2] / sums[0])),
            Math.Sqrt(Math.Max(0, sums[3] / sums[0])),
            sums[4] / sums[0],
            sums[5] / sums[0])
        : null;
}

/// <summary>The tests of slices, each the root of the mean square over them.</summary>
/// <param name="Norm">θ of the norm test: standard deviation of the slice's mean gradient over its norm.</param>
/// <param name="InnerProduct">θ of the inner-product test: the part of it along the gradient.</param>
/// <param name="Orthogonality">ν of the orthogonality test: the part across it.</param>
/// <param name="Trace">tr Σ, unbiased.</param>
/// <param name="SquaredNorm">‖G‖², unbiased; may fall below 0.</param>
public sealed record GradientTestResult(double Norm, double InnerProduct, double Orthogonality, double Trace, double SquaredNorm)
{
    /// <summary>B_simple, a ratio of means over the slices; infinite if <see cref="SquaredNorm"/> is not above 0.</summary>
    public double NoiseScale => SquaredNorm > 0 ? Trace / SquaredNorm : double.PositiveInfinity;
}
