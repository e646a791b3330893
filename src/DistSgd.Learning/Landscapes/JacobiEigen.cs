namespace DistSgd.Learning.Landscapes;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations (Golub and Van Loan, 8.5).</summary>
internal static class JacobiEigen
{
    private const int MostSweeps = 50;

    /// <summary>Decomposes a symmetric matrix.</summary>
    /// <param name="matrix">The matrix, left as it is.</param>
    /// <returns>The eigenvalues, ascending, and the eigenvectors as columns in the same order.</returns>
    public static (double[] Values, double[,] Vectors) Decompose(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var v = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            v[i, i] = 1;
        }

        for (int sweep = 0; sweep < MostSweeps && Rotate(a, v); sweep++)
        {
        }

        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => a[i, i])];
        var values = new double[n];
        var vectors = new double[n, n];
        for (int column = 0; column < n; column++)
        {
            values[column] = a[order[column], order[column]];
            for (int row = 0; row < n; row++)
            {
                vectors[row, column] = v[row, order[column]];
            }
        }

        return (values, vectors);
    }

    /// <summary>One sweep over all pairs; false once the matrix is diagonal.</summary>
    private static bool Rotate(double[,] a, double[,] v)
    {
        int n = a.GetLength(0);
        bool rotated = false;
        for (int p = 0; p < n; p++)
        {
            for (int q = p + 1; q < n; q++)
            {
                // Below the last place of both diagonal elements it can no longer change an eigenvalue; NaN never rotates.
                if (!(Math.Abs(a[p, q]) > 1e-17 * (Math.Abs(a[p, p]) + Math.Abs(a[q, q]))))
                {
                    continue;
                }

                rotated = true;
                double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
                double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                double c = 1 / Math.Sqrt((t * t) + 1);
                Turn(a, v, p, q, c, t * c);
                a[p, q] = 0;
                a[q, p] = 0;
            }
        }

        return rotated;
    }

    private static void Turn(double[,] a, double[,] v, int p, int q, double c, double s)
    {
        int n = a.GetLength(0);
        for (int k = 0; k < n; k++)
        {
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        }

        for (int k = 0; k < n; k++)
        {
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
            (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
        }
    }
}
