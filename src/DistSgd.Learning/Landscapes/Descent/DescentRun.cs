namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>How a descent ended.</summary>
public enum DescentOutcome
{
    /// <summary>The gradient vanished at a minimum.</summary>
    Converged,

    /// <summary>The gradient vanished at a saddle point.</summary>
    StuckAtSaddle,

    /// <summary>The gradient vanished at a maximum, where the run must have begun.</summary>
    StuckAtMaximum,

    /// <summary>The gradient vanished where a curvature does too: a plateau or a degenerate point.</summary>
    StuckOnPlateau,

    /// <summary>All steps were taken.</summary>
    StepLimit,

    /// <summary>A number was not finite or the point left the bound.</summary>
    Diverged,

    /// <summary>The line search found no lower point, though the gradient is above the tolerance: the end of double precision.</summary>
    NoLowerPoint,
}

/// <summary>A path through a landscape.</summary>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Points">The points, the start first; all finite.</param>
/// <param name="Values">Their heights.</param>
/// <param name="GradientNorms">‖∇f‖ at the points, without noise.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="End">The last point, with the kind of the critical point that it approached.</param>
/// <param name="Notes">What the optimizer did beyond its plain rule, for instance on an indefinite Hessian; empty if nothing.</param>
public sealed record DescentRun(
    string Optimizer,
    IReadOnlyList<double[]> Points,
    IReadOnlyList<double> Values,
    IReadOnlyList<double> GradientNorms,
    DescentOutcome Outcome,
    CriticalPoint End,
    IReadOnlyList<string> Notes)
{
    /// <summary>Number of steps taken.</summary>
    public int Steps => Points.Count - 1;

    /// <summary>The first step after which a condition holds.</summary>
    /// <param name="condition">The condition on a point.</param>
    /// <returns>The number of steps, 0 if it holds at the start; null if it never does.</returns>
    public int? FirstStepWhere(Func<double[], bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        for (int step = 0; step < Points.Count; step++)
        {
            if (condition(Points[step]))
            {
                return step;
            }
        }

        return null;
    }

    /// <summary>Distances of all points to another.</summary>
    /// <param name="target">The other point, for instance the minimum.</param>
    /// <returns>One distance a point.</returns>
    public double[] DistancesTo(IReadOnlyList<double> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return [.. Points.Select(point => VectorMath.Distance(point, target))];
    }
}
