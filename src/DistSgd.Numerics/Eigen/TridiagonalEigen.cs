namespace DistSgd.Numerics.Eigen;

/// <summary>Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by the QL method with implicit shifts.</summary>
/// <remarks>Bowdler, Martin, Reinsch and Wilkinson 1968. Additions, products and square roots alone, so every machine gives the same bits.</remarks>
public static class TridiagonalEigen
{
    /// <summary>Sweeps after which an eigenvalue counts as lost; two or three are usual.</summary>
    private const int MaxSweeps = 60;

    /// <summary>Sweeps after which a small eigenvalue need no longer be exact by its own measure.</summary>
    private const int PatientSweeps = 20;

    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Decomposes a tridiagonal matrix.</summary>
    /// <param name="diagonal">The diagonal, at least one element.</param>
    /// <param name="offDiagonal">The elements beside it, one less.</param>
    /// <returns>Values and vectors.</returns>
    /// <exception cref="ArgumentException">The lengths do not agree, or an element is not finite.</exception>
    public static EigenDecomposition Decompose(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        var identity = new double[diagonal.Length, diagonal.Length];
        for (int i = 0; i < diagonal.Length; i++)
        {
            identity[i, i] = 1;
        }

        return Decompose(diagonal, offDiagonal, identity);
    }

    /// <summary>Decomposes QTQᵀ, given T and Q.</summary>
    /// <param name="diagonal">Diagonal of T.</param>
    /// <param name="offDiagonal">The elements beside it.</param>
    /// <param name="basis">Q, orthogonal; overwritten.</param>
    internal static EigenDecomposition Decompose(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal, double[,] basis)
    {
        int n = diagonal.Length;
        if (n == 0 || offDiagonal.Length != n - 1)
        {
            throw new ArgumentException($"{n} elements on the diagonal and {offDiagonal.Length} beside it make no tridiagonal matrix.");
        }

        double[] d = diagonal.ToArray();
        double[] e = [.. offDiagonal, 0];
        foreach (double element in (ReadOnlySpan<double>)[.. d, .. e])
        {
            if (!double.IsFinite(element))
            {
                throw new ArgumentException($"An element of the matrix is {element}; expected finite numbers.");
            }
        }

        double largest = d.Concat(e).Max(Math.Abs);
        for (int l = 0; l < n; l++)
        {
            Isolate(d, e, basis, l, largest);
        }

        return Sort(d, basis);
    }

    /// <summary>Rotates until the element beside eigenvalue <paramref name="l"/> has vanished.</summary>
    /// <remarks>
    /// It has vanished beside its neighbours on the diagonal, which keeps small eigenvalues exact. A matrix of low rank may have blocks of
    /// rounding errors alone, in which that never comes: after many sweeps it is enough to have vanished beside the whole matrix.
    /// </remarks>
    private static void Isolate(double[] d, double[] e, double[,] basis, int l, double largest)
    {
        for (int sweep = 0; ; sweep++)
        {
            int m = l;
            double least = sweep < PatientSweeps ? 0 : Epsilon * largest;
            while (m < d.Length - 1 && Math.Abs(e[m]) > Math.Max(least, Epsilon * (Math.Abs(d[m]) + Math.Abs(d[m + 1]))))
            {
                m++;
            }

            if (m == l)
            {
                return;
            }

            if (sweep == MaxSweeps)
            {
                throw new ArithmeticException($"Eigenvalue {l} of {d.Length} has not converged after {MaxSweeps} sweeps.");
            }

            Sweep(d, e, basis, l, m);
        }
    }

    /// <summary>One QL sweep over rows l to m with Wilkinson's shift.</summary>
    private static void Sweep(double[] d, double[] e, double[,] basis, int l, int m)
    {
        double p = (d[l + 1] - d[l]) / (2 * e[l]);
        double root = Hypotenuse(p, 1);
        double g = d[m] - d[l] + (e[l] / (p + (p >= 0 ? root : -root)));
        double sine = 1, cosine = 1, shift = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = sine * e[i];
            double b = cosine * e[i];
            double r = Hypotenuse(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                // The matrix has fallen apart; the next sweep begins with the smaller block.
                d[i + 1] -= shift;
                e[m] = 0;
                return;
            }

            sine = f / r;
            cosine = g / r;
            g = d[i + 1] - shift;
            r = ((d[i] - g) * sine) + (2 * cosine * b);
            shift = sine * r;
            d[i + 1] = g + shift;
            g = (cosine * r) - b;
            Rotate(basis, i, sine, cosine);
        }

        d[l] -= shift;
        e[l] = g;
        e[m] = 0;
    }

    private static void Rotate(double[,] basis, int i, double sine, double cosine)
    {
        for (int row = 0; row < basis.GetLength(0); row++)
        {
            double right = basis[row, i + 1];
            double left = basis[row, i];
            basis[row, i + 1] = (sine * left) + (cosine * right);
            basis[row, i] = (cosine * left) - (sine * right);
        }
    }

    // Without overflow or underflow on the way.
    private static double Hypotenuse(double a, double b)
    {
        double large = Math.Max(Math.Abs(a), Math.Abs(b));
        double small = Math.Min(Math.Abs(a), Math.Abs(b));
        return large == 0 ? 0 : large * Math.Sqrt(1 + (small / large * (small / large)));
    }

    private static EigenDecomposition Sort(double[] values, double[,] vectors)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(k => values[k])];
        var sorted = new double[vectors.GetLength(0), values.Length];
        for (int row = 0; row < sorted.GetLength(0); row++)
        {
            for (int k = 0; k < order.Length; k++)
            {
                sorted[row, k] = vectors[row, order[k]];
            }
        }

        return new EigenDecomposition([.. order.Select(k => values[k])], sorted);
    }
}
