using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Tests.Support;

namespace DistSgd.Numerics.Tests.Products;

/// <summary>
/// A matrix product in plain row-major arrays with its references. Memory that a kernel must not read holds NaN, memory that it must
/// not write holds a guard value.
/// </summary>
internal sealed unsafe class ProductCase(int rows, int depth, int columns, ulong seed = 1)
{
    public const float Guard = -12345.678f;

    public float[] A { get; } = RandomFloats.Draw(seed, rows * depth);

    public float[] B { get; } = RandomFloats.Draw(seed + 1, depth * columns);

    public float[] Bias { get; } = RandomFloats.Draw(seed + 2, columns);

    /// <summary>C = bias + A·B as one chain of fused multiply-adds over ascending k.</summary>
    public float[] ScalarChain()
    {
        var c = new float[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < columns; j++)
            {
                float sum = Bias[j];
                for (int k = 0; k < depth; k++)
                {
                    sum = MathF.FusedMultiplyAdd(A[(r * depth) + k], B[(k * columns) + j], sum);
                }

                c[(r * columns) + j] = sum;
            }
        }

        return c;
    }

    /// <summary>The kernel on rows [first, first + count), with strides and stored panel beyond the matrix.</summary>
    public float[] Multiply(int first, int count, int extraStride = 0, int extraPanelRows = 0)
    {
        int aStride = depth + extraStride, cStride = columns + extraStride, panelDepth = depth + extraPanelRows;
        var a = new AlignedVector(rows * aStride);
        a.Span.Fill(float.NaN);
        for (int r = 0; r < rows; r++)
        {
            A.AsSpan(r * depth, depth).CopyTo(a.Span[(r * aStride)..]);
        }

        AlignedVector panels = PanelMatrix.Pack(B, depth, columns, panelDepth, padding: float.NaN);
        var bias = new AlignedVector(columns);
        Bias.CopyTo(bias.Span);
        var c = new AlignedVector((count * cStride) + 64);
        c.Span.Fill(Guard);
        PanelProducts.Multiply(
            a.Pointer + (first * aStride), aStride, panels.Pointer, bias.Pointer, c.Pointer, cStride, count, depth, panelDepth, columns);
        return Unstride(c.Span, count, columns, cStride);
    }

    /// <summary>Takes the rows out of strided memory and requires the guard everywhere else.</summary>
    private static float[] Unstride(Span<float> memory, int rows, int columns, int stride)
    {
        var result = new float[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            memory.Slice(r * stride, columns).CopyTo(result.AsSpan(r * columns));
            memory.Slice(r * stride, columns).Fill(Guard);
        }

        memory.ContainsAnyExcept(Guard).ShouldBeFalse("the kernel wrote outside its rows");
        return result;
    }
}
