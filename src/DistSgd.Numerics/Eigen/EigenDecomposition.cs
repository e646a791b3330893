namespace DistSgd.Numerics.Eigen;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix.</summary>
/// <param name="Values">The eigenvalues, ascending.</param>
/// <param name="Vectors">The eigenvectors [n, n], orthonormal; column k belongs to value k.</param>
public sealed record EigenDecomposition(double[] Values, double[,] Vectors)
{
    /// <summary>One eigenvector.</summary>
    /// <param name="index">Index of its eigenvalue.</param>
    /// <returns>A copy of the column.</returns>
    public double[] Vector(int index) => [.. Enumerable.Range(0, Values.Length).Select(row => Vectors[row, index])];
}
