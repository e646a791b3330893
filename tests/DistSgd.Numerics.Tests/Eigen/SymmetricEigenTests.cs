using DistSgd.Numerics.Eigen;
using DistSgd.Numerics.Random;
using MathNet.Numerics.LinearAlgebra;

namespace DistSgd.Numerics.Tests.Eigen;

/// <summary>Against MathNet's dense solver, and against what defines a decomposition.</summary>
public sealed class SymmetricEigenTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 4, 7, 16, 60];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Values_are_those_of_mathnet_and_vectors_span_the_matrix(int n)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Check(Draw(n, seed));
        }
    }

    [Fact]
    public void Matrices_with_equal_and_vanishing_eigenvalues_are_decomposed()
    {
        Check(new double[5, 5]);
        Check(Of(4, (i, j) => i == j ? 3 : 0));
        Check(Of(6, (_, _) => 1)); // rank one
        Check(Of(4, (i, j) => i == j ? 0 : -4)); // a saddle with three equal eigenvalues
        Check(Of(8, (i, j) => i / 2 == j / 2 ? (i == j ? 1 : 2) : 0)); // falls apart into blocks
        Check(Of(12, (i, j) => 1.0 / (i + j + 1))); // Hilbert's, condition number 1e16
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Matrices_of_low_rank_are_decomposed_although_most_of_them_is_rounding(int rank)
    {
        const int N = 122;
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var random = new RandomStream(seed, StreamPurpose.Initialization);
            var vectors = new double[rank, N];
            for (int k = 0; k < rank; k++)
            {
                for (int i = 0; i < N; i++)
                {
                    vectors[k, i] = random.NextNormal() * (i % 3 == 0 ? 1 : 1e-8);
                }
            }

            Check(Of(N, (i, j) => (float)Enumerable.Range(0, rank).Sum(k => vectors[k, i] * vectors[k, j])));
        }
    }

    [Fact]
    public void Numbers_near_the_limits_of_double_neither_overflow_nor_vanish()
    {
        foreach (double scale in (double[])[1e150, 1e-150])
        {
            double[] values = SymmetricEigen.Decompose(Of(3, (i, j) => i == j ? 2 * scale : scale)).Values;
            values[0].ShouldBe(scale, 1e-12 * scale);
            values[2].ShouldBe(4 * scale, 1e-12 * scale);
        }
    }

    [Fact]
    public void Only_the_lower_triangle_is_read()
    {
        double[,] matrix = { { 1, double.NaN }, { 2, 1 } };
        SymmetricEigen.Decompose(matrix).Values.ShouldBe([-1, 3], 1e-14);
    }

    [Fact]
    public void What_is_no_matrix_is_refused()
    {
        Should.Throw<ArgumentException>(() => SymmetricEigen.Decompose(new double[2, 3])).Message.ShouldContain("not square");
        Should.Throw<ArgumentException>(() => SymmetricEigen.Decompose(new double[0, 0]));
        Should.Throw<ArgumentException>(() => SymmetricEigen.Decompose(new[,] { { double.NaN } })).Message.ShouldContain("NaN");
    }

    internal static void Check(double[,] matrix)
    {
        Matrix<double> a = Matrix<double>.Build.DenseOfArray(matrix);
        double scale = Math.Max(1e-300, a.FrobeniusNorm());
        EigenDecomposition ours = SymmetricEigen.Decompose(matrix);
        double[] theirs = [.. a.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];
        ours.Values.ShouldBe(theirs, 1e-13 * scale);

        Matrix<double> v = Matrix<double>.Build.DenseOfArray(ours.Vectors);
        int n = v.RowCount;
        ((a * v) - (v * Matrix<double>.Build.DenseOfDiagonalArray(ours.Values))).FrobeniusNorm().ShouldBeLessThanOrEqualTo(1e-13 * n * scale);
        (v.TransposeThisAndMultiply(v) - Matrix<double>.Build.DenseIdentity(n)).FrobeniusNorm().ShouldBeLessThan(1e-13 * n);
        ours.Vector(0).ShouldBe(v.Column(0).ToArray());
    }

    private static double[,] Draw(int n, ulong seed)
    {
        var random = new RandomStream(seed, StreamPurpose.Test, n);
        double[,] half = Of(n, (_, _) => random.NextNormal());
        return Of(n, (i, j) => half[i, j] + half[j, i]);
    }

    private static double[,] Of(int n, Func<int, int, double> element)
    {
        var matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                matrix[i, j] = element(i, j);
            }
        }

        return matrix;
    }
}
