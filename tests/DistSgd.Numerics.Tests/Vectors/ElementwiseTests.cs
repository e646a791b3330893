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
    public void Operations_of_one_two_and_three_vectors_reach_every_element(int length)
    {
        float[] x = RandomFloats.Draw(1, length), y = RandomFloats.Draw(2, length), z = RandomFloats.Draw(3, length);
        float[] one = [.. x];
        Elementwise.Run(new Affine(0.1f, 0.7f), one);
        one.ShouldBeBits([.. x.Select(v => MathF.FusedMultiplyAdd(v, 0.1f, 0.7f))], "one vector");

        float[] left = [.. x], right = [.. y];
        Elementwise.Run(default(SumAndDifference), left, right);
        left.ShouldBeBits([.. x.Zip(y, (a, b) => a + b)], "first of two vectors");
        right.ShouldBeBits([.. x.Zip(y, (a, b) => a - b)], "second of two vectors");

        float[] first = [.. x], second = [.. y], third = [.. z];
        Elementwise.Run(default(Rotate), first, second, third);
        first.ShouldBeBits(y, "first of three vectors");
        second.ShouldBeBits(z, "second of three vectors");
        third.ShouldBeBits(x, "third of three vectors");
    }

    [Fact]
    public void Elements_next_to_the_vector_are_left_alone()
    {
        var memory = new float[48];
        Elementwise.Run(new Affine(1, 1), memory.AsSpan(16, 16));
        memory.Sum().ShouldBe(16);
        memory.AsSpan(16, 16).ContainsAnyExcept(1f).ShouldBeFalse();
    }

    [Fact]
    public void Lengths_that_are_not_whole_vectors_or_differ_are_refused()
    {
        Should.Throw<ArgumentException>(() => Elementwise.Run(new Affine(1, 1), new float[15])).Message.ShouldContain("15");
        Should.Throw<ArgumentException>(() => Elementwise.Run(default(SumAndDifference), new float[16], new float[32]))
            .Message.ShouldContain("16 and 32");
        Should.Throw<ArgumentException>(() => Elementwise.Run(default(Rotate), new float[16], new float[16], new float[48]))
            .Message.ShouldContain("16 and 48");
    }

    private readonly struct Affine(float factor, float addend) : IElementwise1
    {
        public void Apply<TVector>(ref TVector x)
            where TVector : struct, ISimdVector<TVector> =>
            x = TVector.FusedMultiplyAdd(x, TVector.Broadcast(factor), TVector.Broadcast(addend));
    }

    private readonly struct SumAndDifference : IElementwise2
    {
        public void Apply<TVector>(ref TVector x, ref TVector y)
            where TVector : struct, ISimdVector<TVector> => (x, y) = (x + y, x - y);
    }

    private readonly struct Rotate : IElementwise3
    {
        public void Apply<TVector>(ref TVector x, ref TVector y, ref TVector z)
            where TVector : struct, ISimdVector<TVector> => (x, y, z) = (y, z, x);
    }
}
