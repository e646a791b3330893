using DistSgd.Learning.Data;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Data;

public sealed unsafe class GatherTests
{
    private const float Untouched = -77;

    public static TheoryData<int, bool> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, bool>();
            foreach (int width in (int[])[1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 47, 100, 784])
            {
                shapes.Add(width, true);
                shapes.Add(width, false);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_element_is_one_fused_multiply_add_and_the_padding_is_zero(int width, bool asBytes)
    {
        var random = new RandomStream((ulong)width, StreamPurpose.Test);
        Examples examples = Draw(random, count: 9, width, asBytes);
        FeatureScaler scaler = new(Draw(random, width), Draw(random, width));
        int[] indices = [8, 0, 3, 3, 1];
        int stride = AlignedVector.RoundUp(width) + 16;
        var matrix = new AlignedVector((indices.Length + 1) * stride);
        matrix.Span.Fill(Untouched);

        Gather.Rows(examples, scaler, indices, matrix.Pointer, stride);

        for (int r = 0; r < indices.Length; r++)
        {
            for (int c = 0; c < stride; c++)
            {
                float expected = c < width ? MathF.FusedMultiplyAdd(Feature(examples, indices[r], c), scaler.Scale[c], scaler.Shift[c]) : 0;
                BitConverter.SingleToInt32Bits(matrix.Span[(r * stride) + c]).ShouldBe(BitConverter.SingleToInt32Bits(expected));
            }
        }

        matrix.Span[(indices.Length * stride)..].IndexOfAnyExcept(Untouched).ShouldBe(-1);
    }

    [Fact]
    public void Gathering_allocates_nothing()
    {
        Examples examples = Draw(new RandomStream(1, StreamPurpose.Test), count: 20, width: 30, asBytes: true);
        FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Unit, examples, [0]);
        int[] indices = [3, 4, 5];
        var matrix = new AlignedVector(3 * 32);
        Gather.Rows(examples, scaler, indices, matrix.Pointer, 32);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Gather.Rows(examples, scaler, indices, matrix.Pointer, 32);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void An_index_that_is_no_example_is_refused()
    {
        var examples = Examples.FromBytes(2, [1, 2, 3, 4], []);
        var scaler = new FeatureScaler([1, 1], [0, 0]);
        var matrix = new AlignedVector(16);

        Should.Throw<ArgumentOutOfRangeException>(() => Gather.Rows(examples, scaler, [2], matrix.Pointer, 16));
        Should.Throw<ArgumentOutOfRangeException>(() => Gather.Rows(examples, scaler, [-1], matrix.Pointer, 16));
    }

    [Fact]
    public void Strides_and_widths_that_do_not_fit_are_refused()
    {
        var examples = Examples.FromBytes(17, new byte[17], []);
        var scaler = new FeatureScaler(new float[17], new float[17]);
        var matrix = new AlignedVector(32);

        Should.Throw<ArgumentException>(() => Gather.Rows(examples, scaler, [0], matrix.Pointer, 16));
        Should.Throw<ArgumentException>(() => Gather.Rows(examples, scaler, [0], matrix.Pointer, 20));
        Should.Throw<ArgumentException>(() => Gather.Rows(examples, new FeatureScaler([1], [0]), [0], matrix.Pointer, 32));
    }

    private static float Feature(Examples examples, int row, int column) =>
        examples.StoredAsBytes ? examples.ByteRow(row)[column] : examples.FloatRow(row)[column];

    private static Examples Draw(RandomStream random, int count, int width, bool asBytes) => asBytes
        ? Examples.FromBytes(width, [.. Enumerable.Range(0, count * width).Select(_ => (byte)random.NextInt(256))], [])
        : Examples.FromFloats(width, Draw(random, count * width), []);

    private static float[] Draw(RandomStream random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
}
