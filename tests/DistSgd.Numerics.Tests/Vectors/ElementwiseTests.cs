using DistSgd.Numerics.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

public sealed class ElementwiseTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(784)]
    public void Operations_reach_every_element_of_both_vectors(int length)
    {
        float[] x = RandomFloats.Draw(1, length), y = RandomFloats.Draw(2, length);
        float[] left = [.. x], right = [.. y];
        Elementwise.Run(default(SumAndDifference), left, right);
        left.ShouldBeBits([.. x.Zip(y, (a, b) => a + b)], "first vector");
        right.ShouldBeBits([.. x.Zip(y, (a, b) => a - b)], "second vector");
    }

    [Fact]
    public void Elements_next_to_the_vector_are_left_alone()
    {
        var memory = new float[48];
        var ones = new float[16];
        Array.Fill(ones, 1);
        Elementwise.Run(default(SumAndDifference), memory.AsSpan(16, 16), ones);
        memory.Sum().ShouldBe(16);
        memory.AsSpan(16, 16).ContainsAnyExcept(1f).ShouldBeFalse();
    }

    [Fact]
    public void Lengths_that_are_not_whole_vectors_or_differ_are_refused()
    {
        Should.Throw<ArgumentException>(() => Elementwise.Run(default(SumAndDifference), new float[15], new float[15])).Message.ShouldContain("15");
        Should.Throw<ArgumentException>(() => Elementwise.Run(default(SumAndDifference), new float[16], new float[32]))
            .Message.ShouldContain("16 and 32");
    }

    private readonly struct SumAndDifference : IElementwise
    {
        public void Apply<TVector>(ref TVector x, ref TVector y)
            where TVector : struct, ISimdVector<TVector> => (x, y) = (x + y, x - y);
    }
}
