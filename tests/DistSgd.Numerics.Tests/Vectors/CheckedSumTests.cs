using DistSgd.Numerics.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

public sealed class CheckedSumTests
{
    [Fact]
    public void The_sum_is_written_and_found_finite()
    {
        float[] x = RandomFloats.Draw(1, 48), y = RandomFloats.Draw(2, 48), sum = new float[48];
        CheckedSum.Write(x, y, sum).ShouldBeTrue();
        sum.ShouldBeBits([.. x.Zip(y, (a, b) => a + b)], "sum");
    }

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(float.PositiveInfinity, 1)]
    [InlineData(float.NegativeInfinity, float.PositiveInfinity)]
    [InlineData(float.MaxValue, float.MaxValue)]
    public void A_sum_that_is_not_finite_is_found_wherever_it_stands(float left, float right)
    {
        for (int i = 0; i < 48; i++)
        {
            float[] x = new float[48], y = new float[48], sum = new float[48];
            (x[i], y[i]) = (left, right);
            CheckedSum.Write(x, y, sum).ShouldBeFalse($"element {i}");
        }
    }

    [Fact]
    public void Lengths_must_agree_and_be_whole_vectors()
    {
        Should.Throw<ArgumentException>(() => CheckedSum.Write(new float[16], new float[32], new float[16])).Message.ShouldContain("16, 32 and 16");
        Should.Throw<ArgumentException>(() => CheckedSum.Write(new float[8], new float[8], new float[8]));
    }
}
