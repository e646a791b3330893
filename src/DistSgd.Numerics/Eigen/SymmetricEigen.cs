namespace DistSgd.Numerics.Eigen;

/// <summary>Eigenvalues and eigenvectors of a dense symmetric matrix: Householder's reduction to tridiagonal form, then QL.</summary>
/// <remarks>About 9n³ operations and 2n² doubles: for the Hessians of landscapes in a few variables and of nets of some hundred parameters.</remarks>
public static class SymmetricEigen
{
    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">The matrix [n, n]; only its lower triangle is read.</param>
    /// <returns>Values and vectors.</returns>
    /// <exception cref="ArgumentException">The matrix is not square, is empty, or has an element that is not finite.</exception>
    public static EigenDecomposition Decompose(double[,] matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int n = matrix.GetLength(0);
        if (n == 0 || matrix.GetLength(1) != n)
        {
            throw new ArgumentException($"A matrix of {n} rows and {matrix.GetLength(1)} columns is not square.", nameof(matrix));
        }

        double[][] a = Symmetric(matrix);
        double[][] reflections = new double[n][];
        var off = new double[n - 1];
        for (int k = 0; k < n - 1; k++)
        {
            off[k] = Reflect(a, k, reflections);
        }

        double[] diagonal = [.. Enumerable.Range(0, n).Select(i => a[i][i])];
        return TridiagonalEigen.Decompose(diagonal, off, Basis(reflections, n));
    }

    private static double[][] Symmetric(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        var rows = new double[n][];
        for (int i = 0; i < n; i++)
        {
            rows[i] = new double[n];
            for (int j = 0; j < n; j++)
            {
                rows[i][j] = matrix[Math.Max(i, j), Math.Min(i, j)];
            }
        }

        return rows;
    }

    /// <summary>A ← PAP with the reflection P = 1 − vvᵀ that clears column k below its second element; gives the element that is left.</summary>
    private static double Reflect(double[][] a, int k, double[][] reflections)
    {
        int n = a.Length;
        double scale = 0;
        for (int i = k + 2; i < n; i++)
        {
            scale = Math.Max(scale, Math.Abs(a[i][k]));
        }

        if (scale == 0)
        {
            return a[k + 1][k];
        }

        scale = Math.Max(scale, Math.Abs(a[k + 1][k]));
        var v = new double[n];
        double squares = 0;
        for (int i = k + 1; i < n; i++)
        {
            v[i] = a[i][k] / scale;
            squares += v[i] * v[i];
        }

        // The sign keeps the first element of v from cancelling; v is then scaled to |v|² = 2.
        double norm = v[k + 1] >= 0 ? -Math.Sqrt(squares) : Math.Sqrt(squares);
        double half = Math.Sqrt(squares - (v[k + 1] * norm));
        v[k + 1] -= norm;
        for (int i = k + 1; i < n; i++)
        {
            v[i] /= half;
        }

        reflections[k] = v;
        ApplyFromBothSides(a, k, v);
        return norm * scale;
    }

    private static void ApplyFromBothSides(double[][] a, int k, double[] v)
    {
        int n = a.Length;
        var w = new double[n];
        double inner = 0;
        for (int i = k + 1; i < n; i++)
        {
            for (int j = k + 1; j < n; j++)
            {
                w[i] += a[i][j] * v[j];
            }

            inner += w[i] * v[i];
        }

        for (int i = k + 1; i < n; i++)
        {
            w[i] -= inner / 2 * v[i];
        }

        for (int i = k + 1; i < n; i++)
        {
            double vi = v[i], wi = w[i];
            for (int j = k + 1; j < n; j++)
            {
                a[i][j] -= (vi * w[j]) + (wi * v[j]);
            }
        }
    }

    /// <summary>The product of all reflections, first to last.</summary>
    private static double[,] Basis(double[][] reflections, int n)
    {
        var q = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            q[i, i] = 1;
        }

        for (int k = n - 2; k >= 0; k--)
        {
            if (reflections[k] is { } v)
            {
                ApplyFromLeft(q, v, k + 1);
            }
        }

        return q;
    }

    private static void ApplyFromLeft(double[,] q, double[] v, int first)
    {
        int n = v.Length;
        var sums = new double[n];
        for (int i = first; i < n; i++)
        {
            for (int j = first; j < n; j++)
            {
                sums[j] += v[i] * q[i, j];
            }
        }

        for (int i = first; i < n; i++)
        {
            for (int j = first; j < n; j++)
            {
                q[i, j] -= v[i] * sums[j];
            }
        }
    }
}
