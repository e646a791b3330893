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
        Sum(x, squares: true).ShouldBe(Scalar(x, (sum, e) => MathF.FusedMultiplyAdd(e, e, sum)));
        Sum(x, squares: false).ShouldBe(Scalar(x, (sum, e) => sum + MathF.Abs(e)));
    }

    [Fact]
    public void Sums_are_those_of_double_precision_to_six_digits()
    {
        float[] x = RandomFloats.Draw(4, Length);
        Sum(x, squares: true).ShouldBe(Reductions.SumOfSquares(x), 1e-6 * Reductions.SumOfSquares(x));
        Sum(x, squares: false).ShouldBe(Reductions.SumOfMagnitudes(x), 1e-6 * Reductions.SumOfMagnitudes(x));
    }

    [Theory]
    [InlineData(1e-25, false)]
    [InlineData(1e-23, true)]
    [InlineData(1e35, true)]
    [InlineData(1e37, false)]
    [InlineData(double.PositiveInfinity, false)]
    [InlineData(double.NaN, false)]
    public void A_sum_outside_of_single_precision_cannot_be_relied_on(double sum, bool reliable) =>
        GroupedSums.IsReliable(sum).ShouldBe(reliable);

    [Fact]
    public void Other_lengths_are_refused() =>
        Should.Throw<ArgumentException>(() => GroupedSums.AddSquares(null, 255, null)).Message.ShouldContain("255");

    private static double Sum(float[] x, bool squares)
    {
        double* lanes = stackalloc double[GroupedSums.Lanes];
        new Span<double>(lanes, GroupedSums.Lanes).Clear();
        fixed (float* p = x)
        {
            if (squares)
            {
                GroupedSums.AddSquares(p, x.Length, lanes);
            }
            else
            {
                GroupedSums.AddMagnitudes(p, x.Length, lanes);
            }
        }

        return Reductions.Join(lanes, GroupedSums.Lanes);
    }

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
