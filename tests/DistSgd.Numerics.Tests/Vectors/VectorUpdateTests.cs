using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

public sealed unsafe class VectorUpdateTests
{
    private const int Length = 80;

    [Fact]
    public void Rules_apply_one_after_the_other_to_every_element_with_its_parameter_and_its_index()
    {
        AlignedVector update = RandomFloats.DrawAligned(1, Length);
        AlignedVector parameters = RandomFloats.DrawAligned(2, Length);
        AlignedVector state = RandomFloats.DrawAligned(3, Length);
        float[] expected = new float[Length];
        for (int i = 0; i < Length; i++)
        {
            expected[i] = MathF.FusedMultiplyAdd(parameters.Span[i], 3, update.Span[i] * state.Span[i]);
        }

        float[] before = parameters.Span.ToArray();
        VectorUpdate.Run(new Then<TimesState, AddTriple>(new TimesState(state.Pointer), default), update, parameters).ShouldBeTrue();
        GC.KeepAlive(state);
        update.Span.ToArray().ShouldBe(expected);
        parameters.Span.ToArray().ShouldBe(before);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_element_that_is_not_finite_is_noticed_wherever_it_is(float bad)
    {
        for (int i = 0; i < Length; i++)
        {
            AlignedVector update = RandomFloats.DrawAligned(1, Length);
            update.Span[i] = bad;
            VectorUpdate.Run(default(AddTriple), update, new AlignedVector(Length)).ShouldBeFalse($"element {i}");
        }
    }

    [Fact]
    public void Vectors_of_different_lengths_are_refused() => Should.Throw<ArgumentException>(
        () => VectorUpdate.Run(default(AddTriple), new AlignedVector(16), new AlignedVector(32))).Message.ShouldContain("16 and 32");

    private readonly struct TimesState(float* state) : IUpdateRule
    {
        private readonly float* _state = state;

        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector> => update * TVector.Load(_state + index);
    }

    private readonly struct AddTriple : IUpdateRule
    {
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector> => TVector.FusedMultiplyAdd(parameter, TVector.Broadcast(3), update);
    }
}
