using DistSgd.Learning.Landscapes;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Landscapes;

public class PrincipalCurvaturesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    public void Applying_all_curvatures_is_multiplying_by_the_matrix(int n)
    {
        var stream = new RandomStream(3, StreamPurpose.Test, n);
        var matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                matrix[i, j] = matrix[j, i] = stream.NextNormal();
            }
        }

        PrincipalCurvatures curvature = PrincipalCurvatures.Of(matrix);
        curvature.Eigenvalues.ShouldBeInOrder();
        double[] vector = [.. Enumerable.Range(0, n).Select(_ => stream.NextNormal())];
        double[] product = curvature.Apply(vector, value => value);
        for (int i = 0; i < n; i++)
        {
            double expected = 0;
            for (int j = 0; j < n; j++)
            {
                expected += matrix[i, j] * vector[j];
            }

            product[i].ShouldBe(expected, 1e-12);
        }
    }

    [Fact]
    public void Eigenvalues_of_a_known_matrix_are_exact()
    {
        PrincipalCurvatures curvature = PrincipalCurvatures.Of(new double[,] { { 12, -4 }, { -4, 12 } });
        curvature.Smallest.ShouldBe(8, 1e-14);
        curvature.Largest.ShouldBe(16, 1e-14);
    }
}
