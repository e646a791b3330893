using DistSgd.Numerics;

namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>Linear convergence rates: the factor by which a step shrinks the error, as measured and as theory has it.</summary>
/// <remarks>Theory is that of quadratics with curvatures from μ to L, κ = L/μ (Polyak 1964; Nesterov 2004; Lessard et al. 2016).</remarks>
public static class ConvergenceRate
{
    // A rate from fewer points would be a guess.
    private const int FewestPoints = 3;

    /// <summary>Estimates the rate from the tail of a sequence of errors: the slope of a straight line through their logarithms.</summary>
    /// <param name="errors">Errors after 0, 1, 2 ... steps.</param>
    /// <param name="floor">Errors at or below this are taken as rounding and left out.</param>
    /// <returns>The rate; above 1 for divergence; 0 if the error vanished within three steps; null if too little is known.</returns>
    public static double? Estimate(IReadOnlyList<double> errors, double floor = 1e-12)
    {
        ArgumentNullException.ThrowIfNull(errors);
        int usable = 0;
        while (usable < errors.Count && errors[usable] > floor && double.IsFinite(errors[usable]))
        {
            usable++;
        }

        int first = usable / 2;
        if (usable - first < FewestPoints)
        {
            return usable > 0 && usable < errors.Count && errors[usable] <= floor ? 0 : null;
        }

        int[] steps = [.. Enumerable.Range(first, usable - first)];
        double slope = LineFit.Slope(
            [.. steps.Select(step => (double)step)], [.. steps.Select(step => PortableMath.Log(errors[step]))]);
        return ScalarFunctions.Exp(slope);
    }

    /// <summary>Gradient descent: max(|1 − ημ|, |1 − ηL|); for x² and ‖x‖², |1 − 2η|.</summary>
    /// <param name="learningRate">η.</param>
    /// <param name="smallest">μ.</param>
    /// <param name="largest">L.</param>
    /// <returns>The rate; descent converges if it is below 1.</returns>
    public static double GradientDescent(double learningRate, double smallest, double largest) =>
        Math.Max(Math.Abs(1 - (learningRate * smallest)), Math.Abs(1 - (learningRate * largest)));

    /// <summary>Heavy ball along one curvature: the larger magnitude of the roots of z² − (1 + β − ηλ)z + β.</summary>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">β.</param>
    /// <param name="curvature">λ.</param>
    /// <returns>The rate, in the long run: where both roots are one the error falls as t times its t-th power.</returns>
    public static double HeavyBall(double learningRate, double momentum, double curvature) =>
        LargerRoot(1 + momentum - (learningRate * curvature), momentum);

    /// <summary>Nesterov along one curvature: the larger magnitude of the roots of z² − (1 + β)(1 − ηλ)z + β(1 − ηλ).</summary>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">β.</param>
    /// <param name="curvature">λ.</param>
    /// <returns>The rate, in the long run.</returns>
    public static double Nesterov(double learningRate, double momentum, double curvature)
    {
        double left = 1 - (learningRate * curvature);
        return LargerRoot((1 + momentum) * left, momentum * left);
    }

    /// <summary>Gradient descent at its best, η = 2/(μ + L): (κ − 1)/(κ + 1), so that steps grow as κ.</summary>
    /// <param name="conditionNumber">κ.</param>
    /// <returns>The rate.</returns>
    public static double OptimalGradientDescent(double conditionNumber) => (conditionNumber - 1) / (conditionNumber + 1);

    /// <summary>Heavy ball at its best, η = (2/(√μ + √L))² and β = the rate squared: (√κ − 1)/(√κ + 1), so that steps grow as √κ.</summary>
    /// <param name="conditionNumber">κ.</param>
    /// <returns>The rate.</returns>
    public static double OptimalHeavyBall(double conditionNumber)
    {
        double root = Math.Sqrt(conditionNumber);
        return (root - 1) / (root + 1);
    }

    /// <summary>Nesterov with η = 1/L and β = (√κ − 1)/(√κ + 1): 1 − 1/√κ.</summary>
    /// <param name="conditionNumber">κ.</param>
    /// <returns>The rate.</returns>
    public static double Nesterov(double conditionNumber) => 1 - (1 / Math.Sqrt(conditionNumber));

    /// <summary>Steps that a rate needs for a given reduction: ln(reduction) / ln(rate).</summary>
    /// <param name="rate">The rate, in (0, 1).</param>
    /// <param name="reduction">Wanted error over first error, in (0, 1).</param>
    /// <returns>The steps, not rounded; 0 for a rate of 0.</returns>
    public static double StepsFor(double rate, double reduction) =>
        rate <= 0 ? 0 : PortableMath.Log(reduction) / PortableMath.Log(rate);

    // Of z² − sum·z + product: complex roots have the magnitude √product.
    private static double LargerRoot(double sum, double product)
    {
        double discriminant = (sum * sum) - (4 * product);
        return discriminant < 0 ? Math.Sqrt(product) : (Math.Abs(sum) + Math.Sqrt(discriminant)) / 2;
    }
}
