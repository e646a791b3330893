using DistSgd.Numerics.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

public sealed unsafe class GroupedSumsTests
{
    private const int Length = 5 * GroupedSums.LengthMultiple;

    [Fact]
    public void Sums_have_the_bits_of_eight_terms_in_single_and_all_others_in_double_precision()
    {
        float[] x = RandomFloats.Draw(3, Length);
        GroupedSums.SumOfSquares(x).ShouldBe(Scalar(x, (sum, e) => MathF.FusedMultiplyAdd(e, e, sum)));
        GroupedSums.SumOfMagnitudes(x).ShouldBe(Scalar(x, (sum, e) => sum + MathF.Abs(e)));
    }

    [Fact]
    public void Sums_are_those_of_double_precision_to_six_digits()
    {
        float[] x = RandomFloats.Draw(4, Length);
        GroupedSums.SumOfSquares(x).ShouldBe(Reductions.SumOfSquares(x), 1e-6 * Reductions.SumOfSquares(x));
        GroupedSums.SumOfMagnitudes(x).ShouldBe(Reductions.SumOfMagnitudes(x), 1e-6 * Reductions.SumOfMagnitudes(x));
    }

    [Theory]
    [InlineData(1e-22f)]
    [InlineData(1e-20f)]
    [InlineData(1e-17f)]
    [InlineData(1e18f)]
    [InlineData(1e37f)]
    [InlineData(6e37f)]
    public void Squares_beyond_single_precision_are_summed_with_scaled_elements(float scale)
    {
        float[] x = [.. RandomFloats.Draw(5, Length).Select(e => scale * e)];
        GroupedSums.SumOfSquares(x).ShouldBe(Reductions.SumOfSquares(x), 1e-6 * Reductions.SumOfSquares(x));
    }

    [Theory]
    [InlineData(float.NaN, double.NaN)]
    [InlineData(float.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(0f, 0.0)]
    public void An_element_that_is_not_finite_shows_in_the_sum(float element, double expected)
    {
        var x = new float[Length];
        x[Length / 3] = element;
        GroupedSums.SumOfSquares(x).ShouldBe(expected);
    }

    [Fact]
    public void Other_lengths_are_refused() =>
        Should.Throw<ArgumentException>(() => GroupedSums.SumOfSquares(new float[255])).Message.ShouldContain("255");

    private static double Scalar(float[] x, Func<float, float, float> add)
    {
        var lanes = new double[GroupedSums.Lanes];
        for (int start = 0; start < x.Length; start += GroupedSums.LengthMultiple)
        {
            for (int lane = 0; lane < GroupedSums.Lanes; lane++)
            {
                float sum = 0;
                for (int i = lane; i < GroupedSums.LengthMultiple; i += GroupedSums.Lanes)
                {
                    sum = add(sum, x[start + i]);
                }

                lanes[lane] += sum;
            }
        }

        fixed (double* p = lanes)
        {
            return Reductions.Join(p, GroupedSums.Lanes);
        }
    }
}
