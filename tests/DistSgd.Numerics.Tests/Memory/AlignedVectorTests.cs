using DistSgd.Numerics.Memory;

namespace DistSgd.Numerics.Tests.Memory;

public sealed unsafe class AlignedVectorTests
{
    [Fact]
    public void Every_vector_starts_on_a_cache_line_and_holds_zeros()
    {
        for (int length = 0; length < 300; length++)
        {
            var vector = new AlignedVector(length);
            ((nuint)vector.Pointer % AlignedVector.AlignmentBytes).ShouldBe((nuint)0);
            vector.Span.ContainsAnyExcept(0f).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(784, 784)]
    public void Lengths_are_rounded_up_to_a_multiple_of_sixteen(int length, int padded)
    {
        var vector = new AlignedVector(length);
        vector.Length.ShouldBe(padded);
        vector.Span.Length.ShouldBe(padded);
        AlignedVector.RoundUp(length).ShouldBe(padded);
    }

    [Fact]
    public void Pointer_and_span_are_the_same_memory_even_after_a_compacting_collection()
    {
        var vectors = new AlignedVector[50];
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new AlignedVector(100);
            vectors[i].Pointer[7] = i;
            _ = new byte[1000 * i]; // holes that a compaction would close
        }

        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i].Span[7].ShouldBe(i);
            vectors[i].Pointer[8] = -i;
            vectors[i].Span[8].ShouldBe(-i);
        }
    }

    [Fact]
    public void Copies_take_all_elements_and_clearing_removes_them()
    {
        var source = new AlignedVector(20);
        source.Span.Fill(3);
        var copy = new AlignedVector(32);
        copy.CopyFrom(source);
        copy.Span.ContainsAnyExcept(3f).ShouldBeFalse();
        copy.Clear();
        copy.Span.ContainsAnyExcept(0f).ShouldBeFalse();
        source.Span[0].ShouldBe(3);
    }

    [Fact]
    public void A_copy_of_another_length_is_refused() =>
        Should.Throw<ArgumentException>(() => new AlignedVector(16).CopyFrom(new AlignedVector(17)))
            .Message.ShouldContain("32 elements into one of 16");

    [Fact]
    public void Negative_and_overflowing_lengths_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new AlignedVector(-1));
        Should.Throw<OverflowException>(() => new AlignedVector(int.MaxValue));
    }

    [Fact]
    public unsafe void Bytes_are_the_elements_themselves()
    {
        var vector = new AlignedVector(20);
        vector.Bytes.Length.ShouldBe(4 * vector.Length);
        vector.Bytes.Equals(vector.Bytes).ShouldBeTrue("one memory for the vector's life");
        BitConverter.TryWriteBytes(vector.Bytes.Span[8..], 1.5f).ShouldBeTrue();
        vector.Span[2].ShouldBe(1.5f);
        using System.Buffers.MemoryHandle pinned = vector.Bytes[8..].Pin();
        ((nuint)pinned.Pointer).ShouldBe((nuint)(vector.Pointer + 2));
    }
}
