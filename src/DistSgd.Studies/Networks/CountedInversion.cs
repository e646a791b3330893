using DistSgd.Numerics.Random;

namespace DistSgd.Studies.Networks;

/// <summary>Inverts matrices and counts what it takes: an order of growth that no clock can blur.</summary>
internal static class CountedInversion
{
    /// <summary>Inverts a positive definite matrix by Gauss-Jordan elimination, which needs no pivoting for it.</summary>
    /// <param name="matrix">The matrix; left as it is.</param>
    /// <returns>The inverse and the number of multiplications and divisions.</returns>
    public static (double[,] Inverse, long Operations) Invert(double[,] matrix)
    {
        int d = matrix.GetLength(0);
        var inverse = (double[,])matrix.Clone();
        long operations = 0;
        for (int pivot = 0; pivot < d; pivot++)
        {
            double reciprocal = 1 / inverse[pivot, pivot];
            inverse[pivot, pivot] = 1;
            operations++;
            for (int column = 0; column < d; column++)
            {
                inverse[pivot, column] *= reciprocal;
                operations++;
            }

            for (int row = 0; row < d; row++)
            {
                if (row == pivot)
                {
                    continue;
                }

                double factor = inverse[row, pivot];
                inverse[row, pivot] = 0;
                for (int column = 0; column < d; column++)
                {
                    inverse[row, column] -= factor * inverse[pivot, column];
                    operations++;
                }
            }
        }

        return (inverse, operations);
    }

    /// <summary>Counts what Newton's method needs of a random positive definite Hessian.</summary>
    /// <param name="dimension">Number of parameters d.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Entries, operations and the error of the inverse.</returns>
    public static NewtonCost Measure(int dimension, ulong seed)
    {
        var stream = new RandomStream(seed, StreamPurpose.Landscape, first: -5, second: dimension);
        var factor = new double[dimension, dimension];
        for (int i = 0; i < factor.Length; i++)
        {
            factor[i / dimension, i % dimension] = stream.NextNormal() / Math.Sqrt(dimension);
        }

        var hessian = new double[dimension, dimension];
        Fill(hessian, (i, j) => (i == j ? 1 : 0) + Inner(dimension, k => factor[i, k] * factor[j, k]));
        (double[,] inverse, long operations) = Invert(hessian);
        var product = new double[dimension, dimension];
        Fill(product, (i, j) => Inner(dimension, k => hessian[i, k] * inverse[k, j]) - (i == j ? 1 : 0));
        return new NewtonCost(dimension, hessian.LongLength, operations, product.Cast<double>().Max(Math.Abs));
    }

    private static void Fill(double[,] matrix, Func<int, int, double> element)
    {
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++)
            {
                matrix[i, j] = element(i, j);
            }
        }
    }

    private static double Inner(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int k = 0; k < count; k++)
        {
            sum += term(k);
        }

        return sum;
    }
}

/// <summary>What a step of Newton's method needs.</summary>
/// <param name="Dimension">Number of parameters d.</param>
/// <param name="Entries">Entries of the Hessian.</param>
/// <param name="Operations">Multiplications and divisions of its inversion.</param>
/// <param name="Error">Largest element of H H⁻¹ − I.</param>
internal sealed record NewtonCost(int Dimension, long Entries, long Operations, double Error);
