namespace DistSgd.Learning.Landscapes;

/// <summary>What a point is, judged by gradient and second derivatives.</summary>
public enum CriticalPointKind
{
    /// <summary>The gradient does not vanish.</summary>
    NotCritical,

    /// <summary>All curvatures are positive: a valley.</summary>
    Minimum,

    /// <summary>All curvatures are negative: a hilltop.</summary>
    Maximum,

    /// <summary>Curvatures of both signs: up in some directions, down in others.</summary>
    Saddle,

    /// <summary>A curvature vanishes and the others agree in sign: second derivatives do not tell.</summary>
    Degenerate,
}

/// <summary>A point that has been looked at closely.</summary>
/// <param name="Point">Its coordinates.</param>
/// <param name="Value">Its height.</param>
/// <param name="GradientNorm">‖∇f‖ there.</param>
/// <param name="Eigenvalues">The curvatures along the principal directions, ascending.</param>
/// <param name="Kind">What it is.</param>
public sealed record CriticalPoint(
    IReadOnlyList<double> Point, double Value, double GradientNorm, IReadOnlyList<double> Eigenvalues, CriticalPointKind Kind);
