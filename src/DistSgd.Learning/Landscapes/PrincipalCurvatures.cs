using DistSgd.Numerics.Eigen;

namespace DistSgd.Learning.Landscapes;

/// <summary>Curvatures of a landscape along its principal directions: the eigenvalues and eigenvectors of a Hessian.</summary>
public sealed class PrincipalCurvatures
{
    private readonly double[,] _vectors;

    private PrincipalCurvatures(double[] eigenvalues, double[,] vectors)
    {
        Eigenvalues = eigenvalues;
        _vectors = vectors;
    }

    /// <summary>The eigenvalues, ascending.</summary>
    public IReadOnlyList<double> Eigenvalues { get; }

    /// <summary>The smallest eigenvalue: below 0 there is a way down.</summary>
    public double Smallest => Eigenvalues[0];

    /// <summary>The largest eigenvalue: it limits the learning rate of descent to below 2/λ.</summary>
    public double Largest => Eigenvalues[^1];

    /// <summary>Decomposes a symmetric matrix, such as the Hessian of a landscape or of a sample of random matrices.</summary>
    /// <param name="hessian">The matrix.</param>
    /// <returns>Its curvatures; all NaN if an element is not finite.</returns>
    public static PrincipalCurvatures Of(double[,] hessian)
    {
        ArgumentNullException.ThrowIfNull(hessian);
        if (!hessian.Cast<double>().All(double.IsFinite))
        {
            // Where f is finite its second derivatives may overflow; NaN then says that nothing is known.
            return new PrincipalCurvatures(Enumerable.Repeat(double.NaN, hessian.GetLength(0)).ToArray(), hessian);
        }

        EigenDecomposition eigen = SymmetricEigen.Decompose(hessian);
        return new PrincipalCurvatures([.. eigen.Values.Select(value => value + 0.0)], eigen.Vectors); // −0 reads badly
    }

    /// <summary>Scales the part of a vector along each eigenvector by a factor of its eigenvalue: V diag(factor(λ)) Vᵀ vector.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="factor">The factor of an eigenvalue; 1/λ gives the solution of a linear system.</param>
    /// <returns>The scaled vector.</returns>
    public double[] Apply(double[] vector, Func<double, double> factor)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(factor);
        var result = new double[vector.Length];
        for (int k = 0; k < Eigenvalues.Count; k++)
        {
            double along = 0;
            for (int i = 0; i < vector.Length; i++)
            {
                along += _vectors[i, k] * vector[i];
            }

            along *= factor(Eigenvalues[k]);
            for (int i = 0; i < vector.Length; i++)
            {
                result[i] += along * _vectors[i, k];
            }
        }

        return result;
    }
}
