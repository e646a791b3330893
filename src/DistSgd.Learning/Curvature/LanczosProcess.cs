using DistSgd.Numerics.Eigen;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>
/// Lanczos's process with full re-orthogonalisation: an orthonormal basis of the Krylov space of a start vector, in which the Hessian is a
/// tridiagonal matrix (Lanczos 1950; Golub and Van Loan, Matrix Computations, chapter 10).
/// </summary>
/// <remarks>Each step costs one Hessian-vector product, and keeps one vector as long as the parameters.</remarks>
public sealed class LanczosProcess
{
    /// <summary>Part of the matrix's size below which the rest of a product counts as rounding: the Krylov space is exhausted.</summary>
    private const double Exhausted = 1e-6;

    /// <summary>Error of a product in single precision, as a part of the matrix's size: no residual is known better than this.</summary>
    private const double ProductRounding = 2e-7;

    private readonly AlignedVector _parameters;
    private readonly List<AlignedVector> _basis = [];
    private readonly List<double> _diagonal = [];
    private readonly List<double> _offDiagonal = [];
    private AlignedVector _next;

    /// <summary>Prepares the process.</summary>
    /// <param name="parameters">Where the Hessian is taken.</param>
    /// <param name="start">The start vector, not zero; left alone.</param>
    public LanczosProcess(AlignedVector parameters, AlignedVector start)
    {
        _parameters = parameters;
        _next = FlatVectors.Copy(start);
        FlatVectors.Scale(_next, 1 / FlatVectors.Norm(start));
    }

    /// <summary>Number of steps taken.</summary>
    public int Steps => _diagonal.Count;

    /// <summary>The basis, one vector a step.</summary>
    public IReadOnlyList<AlignedVector> Basis => _basis;

    /// <summary>Norm of what the last product has outside of the basis; Ritz values are off by at most this times their vector's last component.</summary>
    public double Remainder { get; private set; }

    /// <summary>
    /// True once the basis spans a space that the Hessian maps to itself, or a product was not finite: no step remains, unless the process
    /// is restarted.
    /// </summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Below this no residual means anything: the products themselves are not more exact.</summary>
    public double ResidualFloor => ProductRounding * Size;

    /// <summary>False if a product had an element that is not finite.</summary>
    public bool IsFinite { get; private set; } = true;

    /// <summary>Takes one step.</summary>
    /// <returns>The product that it needs.</returns>
    /// <exception cref="InvalidOperationException">The process is exhausted.</exception>
    public IEnumerable<CurvatureRequest> Step()
    {
        if (IsExhausted)
        {
            throw new InvalidOperationException("The Krylov space is exhausted.");
        }

        AlignedVector vector = _next;
        var product = new AlignedVector(vector.Length);
        yield return new HessianProductRequest(_parameters, vector, product);
        double diagonal = FlatVectors.Dot(vector, product);
        if (!double.IsFinite(diagonal) || !double.IsFinite(FlatVectors.Norm(product)))
        {
            IsFinite = false;
            IsExhausted = true;
            yield break;
        }

        if (Steps > 0)
        {
            _offDiagonal.Add(Remainder);
        }

        _basis.Add(vector);
        _diagonal.Add(diagonal);

        // Twice is enough (Kahan and Parlett): the second pass removes what rounding left of the first.
        Orthogonalize(product);
        Orthogonalize(product);
        Remainder = FlatVectors.Norm(product);
        IsExhausted = Remainder <= Exhausted * Size;
        if (!IsExhausted)
        {
            FlatVectors.Scale(product, 1 / Remainder);
        }

        _next = product;
    }

    /// <summary>Goes on in what an exhausted basis leaves of the space: there lie the other vectors of multiple eigenvalues.</summary>
    /// <param name="start">A random vector; left alone.</param>
    /// <returns>False if nothing is left of it beside the basis, or the process has met a product that is not finite.</returns>
    public bool Restart(AlignedVector start)
    {
        AlignedVector rest = FlatVectors.Copy(start);
        double norm = FlatVectors.Norm(rest);
        Orthogonalize(rest);
        Orthogonalize(rest);
        double left = FlatVectors.Norm(rest);
        if (!IsFinite || left <= Exhausted * norm)
        {
            return false;
        }

        FlatVectors.Scale(rest, 1 / left);
        _next = rest;
        Remainder = 0; // the blocks do not touch
        IsExhausted = false;
        return true;
    }

    /// <summary>The Ritz values and their vectors within the basis.</summary>
    /// <returns>The decomposition of the tridiagonal matrix.</returns>
    public EigenDecomposition Ritz() => TridiagonalEigen.Decompose(_diagonal.ToArray(), _offDiagonal.ToArray());

    /// <summary>Bound of the error of a Ritz value: some eigenvalue of the Hessian is no farther from it than this.</summary>
    /// <param name="ritz">The Ritz values.</param>
    /// <param name="index">Which of them.</param>
    /// <returns>‖Hy − θy‖ of its Ritz vector y, and no less than <see cref="ResidualFloor"/>.</returns>
    public double Residual(EigenDecomposition ritz, int index)
    {
        ArgumentNullException.ThrowIfNull(ritz);
        return Math.Max(Remainder * Math.Abs(ritz.Vectors[Steps - 1, index]), ResidualFloor);
    }

    /// <summary>A Ritz vector in the space of the parameters.</summary>
    /// <param name="ritz">The Ritz values.</param>
    /// <param name="index">Which of them.</param>
    /// <returns>The vector, of norm 1.</returns>
    public AlignedVector RitzVector(EigenDecomposition ritz, int index)
    {
        ArgumentNullException.ThrowIfNull(ritz);
        var vector = new AlignedVector(_next.Length);
        for (int step = 0; step < Steps; step++)
        {
            FlatVectors.Add(ritz.Vectors[step, index], _basis[step], vector);
        }

        FlatVectors.Scale(vector, 1 / FlatVectors.Norm(vector));
        return vector;
    }

    private double Size => _diagonal.Concat(_offDiagonal).Max(Math.Abs);

    private void Orthogonalize(AlignedVector product)
    {
        foreach (AlignedVector vector in _basis)
        {
            FlatVectors.Add(-FlatVectors.Dot(vector, product), vector, product);
        }
    }
}
