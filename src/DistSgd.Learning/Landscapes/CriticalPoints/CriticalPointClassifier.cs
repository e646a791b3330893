namespace DistSgd.Learning.Landscapes.CriticalPoints;

/// <summary>Tells minima, maxima and saddles apart by the signs of the curvatures, with the tutorials' tolerances.</summary>
public static class CriticalPointClassifier
{
    /// <summary>Largest ‖∇f‖ of a critical point.</summary>
    public const double GradientTolerance = 1e-3;

    /// <summary>Eigenvalues up to this magnitude count as 0.</summary>
    public const double EigenvalueTolerance = 1e-6;

    // Largest change of a curvature, as a share of it, over the step to the critical point.
    private const double SteadyShare = 0.1;

    /// <summary>Classifies a point of a landscape by its exact derivatives.</summary>
    /// <param name="landscape">The landscape.</param>
    /// <param name="point">The point, one coordinate a dimension.</param>
    /// <returns>What the point is, with the numbers that say so.</returns>
    public static CriticalPoint Classify(Landscape landscape, double[] point)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        return Classify(point, landscape.Value(point), landscape.Gradient(point), landscape.Hessian(point));
    }

    /// <summary>Classifies the critical point that a descent was approaching when its gradient became small.</summary>
    /// <remarks>
    /// Beside a degenerate point and on a plateau the curvatures are small but not yet 0, and the gradient is small too. Newton's step
    /// tells how far away a critical point would be: if the curvatures change over that distance, they say nothing about it.
    /// </remarks>
    /// <param name="landscape">The landscape.</param>
    /// <param name="point">The end of the descent.</param>
    /// <returns>The point as it is, with the kind of what it approached.</returns>
    public static CriticalPoint ClassifyApproached(Landscape landscape, double[] point)
    {
        CriticalPoint here = Classify(landscape, point);
        if (here.Kind is CriticalPointKind.NotCritical or CriticalPointKind.Degenerate)
        {
            return here;
        }

        double[] step = PrincipalCurvatures.Of(landscape.Hessian(point)).Apply(landscape.Gradient(point), value => -1 / value);
        IReadOnlyList<double> there = PrincipalCurvatures.Of(landscape.Hessian(VectorMath.Along(point, 1, step))).Eigenvalues;
        bool isSteady = here.Eigenvalues.Zip(there).All(pair => Math.Abs(pair.Second - pair.First) <= SteadyShare * Math.Abs(pair.First));
        return isSteady ? here : here with { Kind = CriticalPointKind.Degenerate };
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
