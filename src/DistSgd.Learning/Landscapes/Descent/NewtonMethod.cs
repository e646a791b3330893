namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>Newton's method with a line search: θ ← θ − t H⁻¹∇f.</summary>
/// <remarks>
/// Where the Hessian is not positive definite, plain Newton goes to the nearest critical point of any kind, or nowhere. There the
/// eigenvalues are replaced by their magnitudes (Dauphin et al. 2014), so that every step goes down; the notes of the run say so.
/// </remarks>
internal sealed class NewtonMethod(Landscape landscape) : IDescentMethod
{
    private const double SmallestCurvature = 1e-8;

    private int _modified;

    public IReadOnlyList<string> Notes => _modified == 0
        ? []
        :
        [
            $"the Hessian was not positive definite in {_modified} {(_modified == 1 ? "step" : "steps")}: "
                + "eigenvalues replaced by their magnitudes",
        ];

    public double[]? Next(double[] point, double[] gradient, int step)
    {
        PrincipalCurvatures curvature = PrincipalCurvatures.Of(landscape.Hessian(point));
        double floor = SmallestCurvature * Math.Max(1, Math.Abs(curvature.Largest));
        if (curvature.Smallest < floor)
        {
            _modified++;
        }

        double[] direction = curvature.Apply(gradient, value => -1 / Math.Max(Math.Abs(value), floor));
        return LineSearch.Along(landscape, point, gradient, direction);
    }
}
