namespace DistSgd.Learning.Curvature;

/// <summary>What the Hessian's extreme eigenvalues say of a point.</summary>
public enum PointKind
{
    /// <summary>No direction curves down: a minimum, if the gradient vanishes too.</summary>
    Minimum,

    /// <summary>Some directions curve up and some down.</summary>
    Saddle,

    /// <summary>No direction curves up.</summary>
    Maximum,

    /// <summary>No direction curves noticeably.</summary>
    Flat,

    /// <summary>The eigenvalues are too uncertain to tell.</summary>
    Uncertain,
}

/// <summary>The verdict on a point of the loss.</summary>
/// <param name="Kind">What the eigenvalues say.</param>
/// <param name="GradientNorm">Norm of the gradient.</param>
/// <param name="Largest">Largest eigenvalue.</param>
/// <param name="Smallest">Smallest eigenvalue.</param>
/// <param name="Zero">Magnitude up to which an eigenvalue counts as zero.</param>
public sealed record CurvatureVerdict(PointKind Kind, double GradientNorm, double Largest, double Smallest, double Zero)
{
    /// <summary>Gradient norm up to which a point counts as critical (tutorial 002).</summary>
    public const double CriticalGradientNorm = 1e-3;

    /// <summary>Magnitude up to which all eigenvalues together count as flat (tutorial 002).</summary>
    public const double FlatEigenvalue = 1e-6;

    /// <summary>Part of the largest magnitude below which an eigenvalue counts as zero: products in single precision are not exact beyond it.</summary>
    public const double RelativeZero = 1e-4;

    /// <summary>True if the gradient is small enough for the point to be one of the landscape's own.</summary>
    public bool IsCritical => GradientNorm <= CriticalGradientNorm;

    /// <summary>True at a minimum with directions along which the loss does not rise noticeably.</summary>
    public bool HasFlatDirections => Kind == PointKind.Minimum && Smallest <= Zero;

    /// <summary>Condition number λ_max / λ_min; null unless the Hessian is positive definite beyond rounding: elsewhere there is none.</summary>
    public double? ConditionNumber => Smallest > Zero ? Largest / Smallest : null;

    /// <summary>Judges a point.</summary>
    /// <param name="gradientNorm">Norm of the gradient.</param>
    /// <param name="largest">The largest eigenvalue.</param>
    /// <param name="smallest">The smallest eigenvalue.</param>
    /// <returns>The verdict; an eigenvalue counts as positive or negative only beyond its own residual.</returns>
    public static CurvatureVerdict Judge(double gradientNorm, EigenPair largest, EigenPair smallest)
    {
        ArgumentNullException.ThrowIfNull(largest);
        ArgumentNullException.ThrowIfNull(smallest);
        double scale = Math.Max(Math.Abs(largest.Value), Math.Abs(smallest.Value));
        double zero = Math.Max(FlatEigenvalue, RelativeZero * scale);

        // A Ritz value lies inside the spectrum: one that is clearly negative proves a negative eigenvalue, whatever its residual.
        bool rises = largest.Value > zero, falls = smallest.Value < -zero;
        bool sureOfSmallest = smallest.HasConverged || smallest.Residual <= zero;
        PointKind kind = (rises, falls) switch
        {
            (true, true) => PointKind.Saddle,
            (false, true) => PointKind.Maximum,
            (true, false) => sureOfSmallest ? PointKind.Minimum : PointKind.Uncertain,
            (false, false) => PointKind.Flat,
        };
        return new CurvatureVerdict(kind, gradientNorm, largest.Value, smallest.Value, zero);
    }
}
