using DistSgd.Numerics.Eigen;

namespace DistSgd.Numerics.Tests.Eigen;

public sealed class TridiagonalEigenTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(100)]
    public void The_second_difference_has_its_known_eigenvalues(int n)
    {
        double[] diagonal = [.. Enumerable.Repeat(2.0, n)], off = [.. Enumerable.Repeat(-1.0, n - 1)];
        double[] known = [.. Enumerable.Range(1, n).Select(k => 2 - (2 * Math.Cos(Math.PI * k / (n + 1))))];
        TridiagonalEigen.Decompose(diagonal, off).Values.ShouldBe(known, 1e-13);
    }

    [Fact]
    public void The_first_components_of_the_vectors_are_the_weights_of_gauss_quadrature()
    {
        // Legendre's recurrence on [-1, 1]: three nodes integrate polynomials up to degree five exactly.
        double[] off = [1 / Math.Sqrt(3), 2 / Math.Sqrt(15)];
        EigenDecomposition nodes = TridiagonalEigen.Decompose([0, 0, 0], off);
        double Integral(Func<double, double> f) =>
            Enumerable.Range(0, 3).Sum(k => 2 * nodes.Vectors[0, k] * nodes.Vectors[0, k] * f(nodes.Values[k]));
        Integral(x => 1).ShouldBe(2, 1e-14);
        Integral(x => x * x).ShouldBe(2.0 / 3, 1e-14);
        Integral(x => x * x * x * x).ShouldBe(2.0 / 5, 1e-14);
    }

    [Fact]
    public void Lengths_that_do_not_agree_are_refused() =>
        Should.Throw<ArgumentException>(() => TridiagonalEigen.Decompose([1, 2], [])).Message.ShouldContain("2 elements");
}
