namespace DistSgd.Learning.Landscapes.CriticalPoints;

/// <summary>Tells minima, maxima and saddles apart by the signs of the curvatures, with the tutorials' tolerances.</summary>
public static class CriticalPointClassifier
{
    /// <summary>Largest ‖∇f‖ of a critical point.</summary>
    public const double GradientTolerance = 1e-3;

    /// <summary>Eigenvalues up to this magnitude count as 0.</summary>
    public const double EigenvalueTolerance = 1e-6;

    /// <summary>Classifies a point of a landscape by its exact derivatives.</summary>
    /// <param name="landscape">The landscape.</param>
    /// <param name="point">The point, one coordinate a dimension.</param>
    /// <returns>What the point is, with the numbers that say so.</returns>
    public static CriticalPoint Classify(Landscape landscape, double[] point)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        return Classify(point, landscape.Value(point), landscape.Gradient(point), landscape.Hessian(point));
    }

    /// <summary>Classifies a point by derivatives from any source, for instance numerical ones.</summary>
    /// <param name="point">The point.</param>
    /// <param name="value">Its height.</param>
    /// <param name="gradient">∇f.</param>
    /// <param name="hessian">The matrix of second derivatives.</param>
    /// <returns>What the point is.</returns>
    public static CriticalPoint Classify(double[] point, double value, double[] gradient, double[,] hessian)
    {
        double norm = VectorMath.Norm(gradient);
        IReadOnlyList<double> eigenvalues = PrincipalCurvatures.Of(hessian).Eigenvalues;
        CriticalPointKind kind = norm <= GradientTolerance ? KindOf(eigenvalues) : CriticalPointKind.NotCritical;
        return new CriticalPoint([.. point], value, norm, eigenvalues, kind);
    }

    /// <summary>What a critical point with these curvatures is.</summary>
    /// <param name="eigenvalues">The eigenvalues of the Hessian, in any order.</param>
    /// <returns>The kind.</returns>
    public static CriticalPointKind KindOf(IReadOnlyList<double> eigenvalues)
    {
        int positive = eigenvalues.Count(value => value > EigenvalueTolerance);
        int negative = eigenvalues.Count(value => value < -EigenvalueTolerance);
        if (positive > 0 && negative > 0)
        {
            return CriticalPointKind.Saddle;
        }

        if (positive == eigenvalues.Count)
        {
            return CriticalPointKind.Minimum;
        }

        return negative == eigenvalues.Count ? CriticalPointKind.Maximum : CriticalPointKind.Degenerate;
    }
}
