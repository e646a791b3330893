using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;

namespace DistSgd.Studies.Landscapes;

/// <summary>What theory and measurement say about the speed of a descent on a quadratic whose axes are the coordinates'.</summary>
internal static class QuadraticRates
{
    private static readonly string[] Quadratics = ["square", "sphere", "quadratic", "parabola"];

    /// <summary>Whether theory knows the landscape.</summary>
    /// <param name="landscape">The landscape.</param>
    public static bool Knows(Landscape landscape) => Quadratics.Contains(landscape.Name);

    /// <summary>The factor by which a step shrinks the distance to the minimum, from the tail of a run.</summary>
    /// <param name="landscape">A landscape that theory knows.</param>
    /// <param name="run">The run.</param>
    /// <returns>The factor; null where the run is too short to tell.</returns>
    public static double? Measured(Landscape landscape, DescentRun run) => ConvergenceRate.Estimate(run.DistancesTo(MinimumOf(landscape)));

    /// <summary>The same by theory, which has it for constant rates without noise.</summary>
    /// <param name="landscape">A landscape that theory knows.</param>
    /// <param name="optimizer">Name of the optimizer.</param>
    /// <param name="start">The start: curvatures along which it lies at the minimum do not act.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">β.</param>
    /// <returns>The factor; null for optimizers without a theory.</returns>
    public static double? Theory(Landscape landscape, string optimizer, IReadOnlyList<double> start, double learningRate, double momentum)
    {
        double[] minimum = MinimumOf(landscape);
        double[,] hessian = landscape.Hessian(minimum);
        double[] acting = [.. Enumerable.Range(0, minimum.Length).Where(i => start[i] != minimum[i]).Select(i => hessian[i, i])];
        return (optimizer, acting.Length) switch
        {
            (_, 0) or ("newton", _) => 0,
            ("sgd", _) => acting.Max(curvature => ConvergenceRate.GradientDescent(learningRate, curvature, curvature)),
            ("momentum", _) => acting.Max(curvature => ConvergenceRate.HeavyBall(learningRate, momentum, curvature)),
            ("nesterov", _) => acting.Max(curvature => ConvergenceRate.Nesterov(learningRate, momentum, curvature)),
            _ => null,
        };
    }

    // Where the gradient, linear in every coordinate by itself, vanishes.
    private static double[] MinimumOf(Landscape landscape)
    {
        var origin = new double[landscape.Dimension];
        double[] gradient = landscape.Gradient(origin);
        double[,] hessian = landscape.Hessian(origin);
        return [.. gradient.Select((slope, i) => (-slope / hessian[i, i]) + 0.0)];
    }
}
