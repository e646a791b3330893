using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>The whole Hessian of a small net, column by column from Hessian-vector products: n products and n² numbers.</summary>
public static class DenseHessian
{
    /// <summary>Largest number of parameters: beyond it the matrix takes over a gigabyte.</summary>
    public const int MaxParameters = 10_000;

    /// <summary>Computes the Hessian of the mean loss.</summary>
    /// <param name="curvature">Answers the products.</param>
    /// <param name="layout">Layout of the parameters.</param>
    /// <param name="parameters">The point.</param>
    /// <returns>The Hessian [n, n], symmetrised; parameters in layer order, weight [out, in] row-major, then bias.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has more than <see cref="MaxParameters"/> parameters.</exception>
    public static double[,] Compute(LocalCurvature curvature, ParameterLayout layout, AlignedVector parameters)
    {
        ArgumentNullException.ThrowIfNull(curvature);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layout.ParameterCount, MaxParameters);
        int[] places = layout.CanonicalPlaces();
        var direction = new AlignedVector(layout.Length);
        var product = new AlignedVector(layout.Length);
        var hessian = new double[places.Length, places.Length];
        for (int column = 0; column < places.Length; column++)
        {
            direction.Span[places[column]] = 1;
            curvature.Multiply(parameters, direction, product);
            direction.Span[places[column]] = 0;
            for (int row = 0; row < places.Length; row++)
            {
                hessian[row, column] = product.Span[places[row]];
            }
        }

        for (int row = 0; row < places.Length; row++)
        {
            for (int column = 0; column < row; column++)
            {
                hessian[row, column] = hessian[column, row] = 0.5 * (hessian[row, column] + hessian[column, row]);
            }
        }

        return hessian;
    }
}
