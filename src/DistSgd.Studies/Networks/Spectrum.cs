using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Numerics.Eigen;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Studies.Networks;

/// <summary>The curvature of a loss at one point: all eigenvalues of its exact Hessian.</summary>
/// <param name="Loss">Loss over all examples.</param>
/// <param name="GradientNorm">Norm of the gradient over all examples.</param>
/// <param name="Values">The eigenvalues, ascending.</param>
internal sealed record Spectrum(double Loss, double GradientNorm, IReadOnlyList<double> Values)
{
    // Products in single precision leave this much of the largest eigenvalue in those that should be zero.
    private const double Rounding = 1e-5;

    /// <summary>The smallest eigenvalue.</summary>
    public double Smallest => Values[0];

    /// <summary>The largest eigenvalue.</summary>
    public double Largest => Values[^1];

    /// <summary>Number of eigenvalues below zero by more than rounding.</summary>
    public int Negative => Values.Count(value => value < -Tolerance);

    /// <summary>Number of eigenvalues that rounding does not tell from zero.</summary>
    public int NearZero => Values.Count(value => Math.Abs(value) <= Tolerance);

    /// <summary>Number of eigenvalues above zero by more than rounding.</summary>
    public int Positive => Values.Count - Negative - NearZero;

    /// <summary>Negative eigenvalues as a part of all.</summary>
    public double FractionNegative => (double)Negative / Values.Count;

    private double Tolerance => Rounding * Math.Max(Math.Abs(Smallest), Math.Abs(Largest));

    /// <summary>Computes the spectrum at a point.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">Its data.</param>
    /// <param name="parameters">The point.</param>
    /// <returns>The spectrum.</returns>
    public static Spectrum At(SmallNetwork network, TrainingData data, AlignedVector parameters)
    {
        var curvature = new LocalCurvature(network.Architecture, data);
        var gradient = new AlignedVector(network.Layout.Length);
        double loss = curvature.Gradient(parameters, gradient);
        double[,] hessian = DenseHessian.Compute(curvature, network.Layout, parameters);
        return new Spectrum(loss, Math.Sqrt(Reductions.SumOfSquares(gradient.Span)), SymmetricEigen.Decompose(hessian).Values);
    }
}
