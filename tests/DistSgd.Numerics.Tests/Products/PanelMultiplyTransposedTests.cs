using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Random;
using DistSgd.Numerics.Tests.Support;

namespace DistSgd.Numerics.Tests.Products;

public sealed unsafe class PanelMultiplyTransposedTests
{
    [Fact]
    public void Weight_gradients_of_random_shapes_have_the_bits_of_a_scalar_chain()
    {
        var random = new RandomStream(31, StreamPurpose.Test);
        for (int i = 0; i < 60; i++)
        {
            int examples = 1 + random.NextInt(40), inputs = 16 * (1 + random.NextInt(6)), outputs = 16 * (1 + random.NextInt(6));
            var shape = new Shape(examples, inputs, outputs, inputs + random.NextInt(20), outputs + random.NextInt(20));
            bool accumulate = i % 2 == 0;
            float[] start = accumulate ? RandomFloats.Draw(5, inputs * outputs) : new float[inputs * outputs];
            Kernel(shape, start, accumulate, 0, examples).ShouldBeBits(ScalarChain(shape, start), shape.ToString());
        }
    }

    [Fact]
    public void Weight_gradients_of_a_digit_classifier_have_the_bits_of_a_scalar_chain()
    {
        var shape = new Shape(Examples: 5, Inputs: 784, Outputs: 128, AStride: 784, DStride: 128);
        var start = new float[784 * 128];
        Kernel(shape, start, accumulate: false, 0, 5).ShouldBeBits(ScalarChain(shape, start), shape.ToString());
    }

    [Fact]
    public void Splitting_the_examples_over_several_calls_continues_the_same_chain()
    {
        var shape = new Shape(Examples: 41, Inputs: 48, Outputs: 80, AStride: 48, DStride: 80);
        float[] whole = Kernel(shape, new float[48 * 80], accumulate: false, 0, 41);
        foreach (int size in new[] { 1, 7, 16, 40 })
        {
            float[] parts = new float[48 * 80];
            for (int first = 0; first < 41; first += size)
            {
                parts = Kernel(shape, parts, accumulate: first > 0, first, Math.Min(size, 41 - first));
            }

            parts.ShouldBeBits(whole, $"parts of {size} examples");
        }
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(48, 32)]
    [InlineData(32, 80)]
    [InlineData(784, 112)]
    public void Transposing_moves_every_weight_to_its_place_and_nothing_else(int inputs, int outputs)
    {
        float[] weight = RandomFloats.Draw(1, inputs * outputs);
        AlignedVector panels = PanelMatrix.Pack(weight, inputs, outputs, inputs, padding: float.NaN);
        var transposed = new AlignedVector((inputs * outputs) + 16);
        transposed.Span.Fill(ProductCase.Guard);
        PanelProducts.Transpose(panels.Pointer, inputs, outputs, transposed.Pointer);
        float[] expected = [.. Enumerable.Range(0, inputs * outputs).Select(i => weight[(i % inputs * outputs) + (i / inputs)])];
        PanelMatrix.Unpack(transposed.Span, outputs, inputs).ShouldBeBits(expected, "transposed");
        transposed.Span[(inputs * outputs)..].ContainsAnyExcept(ProductCase.Guard).ShouldBeFalse();
    }

    [Fact]
    public void Row_sums_have_the_bits_of_a_scalar_chain_and_continue_it()
    {
        const int Examples = 23, Columns = 48, Stride = 64;
        AlignedVector d = RandomFloats.DrawAligned(1, Examples * Stride);
        var sum = new AlignedVector(Columns + 16);
        sum.Span.Fill(ProductCase.Guard);
        PanelProducts.SumRows(d.Pointer, Stride, sum.Pointer, accumulate: false, 10, Columns);
        PanelProducts.SumRows(d.Pointer + (10 * Stride), Stride, sum.Pointer, accumulate: true, Examples - 10, Columns);
        for (int j = 0; j < Columns; j++)
        {
            float expected = 0;
            for (int i = 0; i < Examples; i++)
            {
                expected += d.Span[(i * Stride) + j];
            }

            sum.Span[j].ShouldBe(expected);
        }

        sum.Span[Columns..].ContainsAnyExcept(ProductCase.Guard).ShouldBeFalse();
    }

    private static float[] Kernel(Shape shape, float[] start, bool accumulate, int firstExample, int examples)
    {
        AlignedVector a = RandomFloats.DrawAligned(1, shape.Examples * shape.AStride);
        AlignedVector d = RandomFloats.DrawAligned(2, shape.Examples * shape.DStride);
        AlignedVector packed = PanelMatrix.Pack(start, shape.Inputs, shape.Outputs, shape.Inputs, padding: float.NaN);
        var panels = new AlignedVector(packed.Length + 16);
        panels.Span.Fill(ProductCase.Guard);
        packed.Span.CopyTo(panels.Span);
        PanelProducts.MultiplyTransposed(
            a.Pointer + (firstExample * shape.AStride),
            shape.AStride,
            d.Pointer + (firstExample * shape.DStride),
            shape.DStride,
            panels.Pointer,
            accumulate,
            examples,
            shape.Inputs,
            shape.Outputs);
        panels.Span[packed.Length..].ContainsAnyExcept(ProductCase.Guard).ShouldBeFalse("the kernel wrote beyond the panels");
        return PanelMatrix.Unpack(panels.Span, shape.Inputs, shape.Outputs);
    }

    private static float[] ScalarChain(Shape shape, float[] start)
    {
        float[] a = RandomFloats.Draw(1, shape.Examples * shape.AStride), d = RandomFloats.Draw(2, shape.Examples * shape.DStride);
        var g = (float[])start.Clone();
        for (int e = 0; e < shape.Examples; e++)
        {
            for (int i = 0; i < shape.Inputs; i++)
            {
                for (int o = 0; o < shape.Outputs; o++)
                {
                    ref float sum = ref g[(i * shape.Outputs) + o];
                    sum = MathF.FusedMultiplyAdd(a[(e * shape.AStride) + i], d[(e * shape.DStride) + o], sum);
                }
            }
        }

        return g;
    }

    private sealed record Shape(int Examples, int Inputs, int Outputs, int AStride, int DStride);
}
