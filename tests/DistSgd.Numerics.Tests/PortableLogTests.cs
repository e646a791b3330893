using DistSgd.Numerics.Random;
using DistSgd.Numerics.Tests.Support;

namespace DistSgd.Numerics.Tests;

public sealed class PortableLogTests
{
    // The C library's logarithm is correct to half a unit in the last place and ours to one, hence two together.
    private const long Units = 2;

    [Fact]
    public void Logarithm_agrees_with_the_platform_over_all_exponents()
    {
        var random = new RandomStream(1, StreamPurpose.Test);
        for (int exponent = -1074; exponent < 1024; exponent++)
        {
            for (int i = 0; i < 50; i++)
            {
                ShouldAgree(Math.ScaleB(1 + random.NextDouble(), exponent));
            }
        }
    }

    [Fact]
    public void Logarithm_keeps_its_relative_precision_next_to_one()
    {
        for (int exponent = -52; exponent < 0; exponent++)
        {
            ShouldAgree(1 + Math.ScaleB(1, exponent));
            ShouldAgree(1 - Math.ScaleB(0.5, exponent));
            ShouldAgree(1 + Math.ScaleB(0.7, exponent));
        }
    }

    [Fact]
    public void Logarithm_is_continuous_where_the_reduction_changes_its_exponent()
    {
        foreach (double seam in new[] { Math.Sqrt(0.5), Math.Sqrt(2), 1, 2, 4, double.MaxValue })
        {
            ShouldAgree(seam);
            ShouldAgree(Math.BitDecrement(seam));
            ShouldAgree(seam == double.MaxValue ? seam : Math.BitIncrement(seam));
        }
    }

    [Theory]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(1.0, 0.0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(-double.Epsilon, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void Logarithm_of_special_values_follows_ieee(double x, double expected) => PortableMath.Log(x).ShouldBe(expected);

    [Fact]
    public void Logarithm_of_negative_zero_is_that_of_zero() => PortableMath.Log(-0.0).ShouldBe(double.NegativeInfinity);

    private static void ShouldAgree(double x)
    {
        double expected = Math.Log(x);
        double actual = PortableMath.Log(x);
        Bits.Distance(actual, expected).ShouldBeLessThanOrEqualTo(Units, $"log {x:R} gave {actual:R}, expected {expected:R}");
    }
}
