using DistSgd.Numerics.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

public sealed class ReductionsTests
{
    public static TheoryData<int> Lengths => [0, 16, 32, 48, 784, 4096 + 16];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sums_have_the_bits_of_sixteen_scalar_lanes(int length)
    {
        float[] x = RandomFloats.Draw(1, length);
        Reductions.SumOfSquares(x).ShouldBe(ScalarLanes(x, v => v * v));
        Reductions.SumOfMagnitudes(x).ShouldBe(ScalarLanes(x, Math.Abs));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void An_inner_product_has_the_bits_of_sixteen_scalar_lanes(int length)
    {
        float[] x = RandomFloats.Draw(1, length), y = RandomFloats.Draw(2, length);
        Reductions.Dot(x, y).ShouldBe(ScalarLanes([.. x.Zip(y, (a, b) => (double)a * b)], product => product));
    }

    [Fact]
    public void An_inner_product_of_vectors_of_unlike_length_is_refused() =>
        Should.Throw<ArgumentException>(() => Reductions.Dot(new float[32], new float[16])).Message.ShouldContain("16");

    [Fact]
    public void Sums_of_whole_numbers_are_exact()
    {
        float[] x = [.. Enumerable.Range(-500, 1008).Select(i => (float)i)];
        Reductions.SumOfSquares(x).ShouldBe(x.Sum(v => (double)v * v));
        Reductions.SumOfMagnitudes(x).ShouldBe(x.Sum(v => Math.Abs((double)v)));
    }

    [Fact]
    public void A_single_non_finite_element_shows_wherever_it_stands()
    {
        for (int i = 0; i < 48; i++)
        {
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                float[] x = RandomFloats.Draw(1, 48);
                x[i] = bad;
                double.IsFinite(Reductions.SumOfSquares(x)).ShouldBeFalse();
                double.IsNaN(Reductions.SumOfSquares(x)).ShouldBe(float.IsNaN(bad));
                double.IsFinite(Reductions.SumOfMagnitudes(x)).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void The_largest_floats_do_not_overflow_and_the_smallest_do_not_vanish()
    {
        float[] large = new float[1024], small = new float[1024];
        Array.Fill(large, float.MaxValue);
        Array.Fill(small, float.Epsilon);
        double largest = float.MaxValue, smallest = float.Epsilon;
        Reductions.SumOfSquares(large).ShouldBe(1024 * largest * largest, 1e-13 * 1024 * largest * largest);
        Reductions.SumOfSquares(small).ShouldBe(1024 * smallest * smallest);
    }

    [Fact]
    public void A_length_that_is_not_a_multiple_of_sixteen_is_refused() =>
        Should.Throw<ArgumentException>(() => Reductions.SumOfSquares(new float[17])).Message.ShouldContain("17");

    private static double ScalarLanes(float[] x, Func<double, double> term) => ScalarLanes(Array.ConvertAll(x, v => (double)v), term);

    private static double ScalarLanes(double[] x, Func<double, double> term)
    {
        var lanes = new double[16];
        for (int i = 0; i < x.Length; i++)
        {
            lanes[i % 16] += term(x[i]);
        }

        double[] eight = [.. Enumerable.Range(0, 8).Select(i => lanes[i] + lanes[i + 8])];
        double[] four = [.. Enumerable.Range(0, 4).Select(i => eight[i] + eight[i + 4])];
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
