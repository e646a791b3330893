using DistSgd.Numerics.Eigen;
using DistSgd.Numerics.Random;

namespace DistSgd.Studies.Networks;

/// <summary>How often a random symmetric matrix, the Hessian of a critical point about which nothing is known, is one of a minimum.</summary>
internal static class RandomCriticalPoints
{
    /// <summary>The exact part of minima in two dimensions: (2 − √2)/4, because eigenvalues repel each other.</summary>
    public static readonly double ExactInTwoDimensions = (2 - Math.Sqrt(2)) / 4;

    /// <summary>Draws matrices of the Gaussian orthogonal ensemble.</summary>
    /// <param name="dimension">Number of dimensions.</param>
    /// <param name="draws">Number of matrices.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The part of them whose eigenvalues are all positive.</returns>
    public static double FractionOfMinima(int dimension, int draws, ulong seed)
    {
        var random = new RandomStream(seed, StreamPurpose.Initialization, dimension);
        var matrix = new double[dimension, dimension];
        int minima = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            for (int row = 0; row < dimension; row++)
            {
                for (int column = 0; column <= row; column++)
                {
                    // Twice the variance on the diagonal makes the distribution the same in every rotated frame.
                    matrix[row, column] = (row == column ? Math.Sqrt(2) : 1) * random.NextNormal();
                }
            }

            minima += SymmetricEigen.Decompose(matrix).Values[0] > 0 ? 1 : 0;
        }

        return (double)minima / draws;
    }
}
