using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Tests.Support;

namespace DistSgd.Numerics.Tests.Products;

public sealed unsafe class PanelMultiplyTransposedTests
{
    [Theory]
    [InlineData(1, 16, 10)]
    [InlineData(3, 48, 32)]
    [InlineData(8, 32, 80)]
    [InlineData(13, 112, 45)]
    [InlineData(29, 512, 256)]
    public void Products_with_a_transposed_weight_have_the_bits_of_a_scalar_chain(int rows, int inputs, int outputs)
    {
        int padded = AlignedVector.RoundUp(outputs), stride = padded + 16;
        AlignedVector errors = RandomFloats.DrawAligned(1, rows * stride);
        float[] weight = RandomFloats.Draw(2, inputs * padded);
        AlignedVector panels = PanelMatrix.Pack(weight, inputs, padded, inputs, padding: float.NaN);
        var c = new AlignedVector((rows * inputs) + 16);
        c.Span.Fill(ProductCase.Guard);
        var scratch = new AlignedVector((padded + 1) * PanelProducts.PanelWidth);
        PanelProducts.MultiplyTransposed(
            errors.Pointer, stride, panels.Pointer, c.Pointer, inputs, rows, inputs, outputs, scratch.Pointer);

        var expected = new float[rows * inputs];
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int o = 0; o < outputs; o++)
                {
                    ref float sum = ref expected[(r * inputs) + i];
                    sum = MathF.FusedMultiplyAdd(errors.Span[(r * stride) + o], weight[(i * padded) + o], sum);
                }
            }
        }

        c.Span[..expected.Length].ToArray().ShouldBeBits(expected, $"[{rows}, {outputs}] · [{inputs}, {outputs}]ᵀ");
        c.Span[expected.Length..].ContainsAnyExcept(ProductCase.Guard).ShouldBeFalse("the kernel wrote beyond the rows");
    }
}
