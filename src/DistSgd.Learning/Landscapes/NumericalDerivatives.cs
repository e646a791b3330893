namespace DistSgd.Learning.Landscapes;

/// <summary>Derivatives from values of the function alone, by differences around the point.</summary>
/// <remarks>
/// In double precision with h = 1e-5 a gradient is good to about 10 digits of the function's height, a Hessian to 5 or 6:
/// its differences are divided by 4h².
/// </remarks>
public static class NumericalDerivatives
{
    /// <summary>The tutorials' distance h between a point and its neighbours.</summary>
    public const double DefaultSpacing = 1e-5;

    /// <summary>The gradient by central differences: (f(x + h) − f(x − h)) / 2h in every coordinate.</summary>
    /// <param name="function">f.</param>
    /// <param name="point">The point.</param>
    /// <param name="spacing">h, above 0.</param>
    /// <returns>∇f.</returns>
    public static double[] Gradient(Func<double[], double> function, double[] point, double spacing = DefaultSpacing)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(point);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spacing);
        var gradient = new double[point.Length];
        for (int i = 0; i < point.Length; i++)
        {
            gradient[i] = (At(function, point, i, spacing) - At(function, point, i, -spacing)) / (2 * spacing);
        }

        return gradient;
    }

    /// <summary>The Hessian by the four-point formula: (f₊₊ − f₊₋ − f₋₊ + f₋₋) / 4h² for every pair of coordinates.</summary>
    /// <remarks>On the diagonal both moves go along the same coordinate, so that its spacing is 2h.</remarks>
    /// <param name="function">f.</param>
    /// <param name="point">The point.</param>
    /// <param name="spacing">h, above 0.</param>
    /// <returns>The matrix of second derivatives.</returns>
    public static double[,] Hessian(Func<double[], double> function, double[] point, double spacing = DefaultSpacing)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(point);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spacing);
        var hessian = new double[point.Length, point.Length];
        for (int i = 0; i < point.Length; i++)
        {
            for (int j = 0; j < point.Length; j++)
            {
                double sum = At(function, point, i, spacing, j, spacing)
                    - At(function, point, i, spacing, j, -spacing)
                    - At(function, point, i, -spacing, j, spacing)
                    + At(function, point, i, -spacing, j, -spacing);
                hessian[i, j] = sum / (4 * spacing * spacing);
            }
        }

        return hessian;
    }

    private static double At(Func<double[], double> function, double[] point, int i, double step)
    {
        double[] moved = [.. point];
        moved[i] += step;
        return function(moved);
    }

    private static double At(Func<double[], double> function, double[] point, int i, double stepI, int j, double stepJ)
    {
        double[] moved = [.. point];
        moved[i] += stepI;
        moved[j] += stepJ;
        return function(moved);
    }
}
