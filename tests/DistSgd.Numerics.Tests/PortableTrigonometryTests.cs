using DistSgd.Numerics.Random;

namespace DistSgd.Numerics.Tests;

public sealed class PortableTrigonometryTests
{
    // The C library's functions are themselves correct to about one unit in the last place, hence two together.
    private const long Units = 2;

    [Theory]
    [InlineData(1.0)]
    [InlineData(30.0)]
    [InlineData(PortableMath.LargestAngle)]
    public void Sine_and_cosine_agree_with_the_platform(double range)
    {
        var random = new RandomStream(1, StreamPurpose.Test);
        for (int i = 0; i < 20_000; i++)
        {
            double x = range * ((2 * random.NextDouble()) - 1);
            Distance(PortableMath.Sin(x), Math.Sin(x)).ShouldBeLessThanOrEqualTo(Units, $"sin {x:R}");
            Distance(PortableMath.Cos(x), Math.Cos(x)).ShouldBeLessThanOrEqualTo(Units, $"cos {x:R}");
        }
    }

    [Fact]
    public void Angles_next_to_multiples_of_a_quarter_turn_keep_their_relative_precision()
    {
        for (int turns = -600_000; turns <= 600_000; turns += 37)
        {
            double x = turns * (Math.PI / 2);
            Distance(PortableMath.Sin(x), Math.Sin(x)).ShouldBeLessThanOrEqualTo(Units, $"sin {x:R}");
            Distance(PortableMath.Cos(x), Math.Cos(x)).ShouldBeLessThanOrEqualTo(Units, $"cos {x:R}");
        }
    }

    [Fact]
    public void Squares_of_sine_and_cosine_sum_to_one()
    {
        for (double x = -10; x < 10; x += 0.01)
        {
            double sine = PortableMath.Sin(x);
            double cosine = PortableMath.Cos(x);
            ((sine * sine) + (cosine * cosine)).ShouldBe(1, 1e-15);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1.1e6)]
    public void An_angle_out_of_range_is_refused(double x) => Should.Throw<ArgumentOutOfRangeException>(() => PortableMath.Cos(x));

    private static long Distance(double a, double b) =>
        Math.Abs(a - b) < 1e-300 ? 0 : Math.Abs(BitConverter.DoubleToInt64Bits(a) - BitConverter.DoubleToInt64Bits(b));
}
