using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Products;

/// <summary>
/// The matrix products of a fully connected layer. Weights lie in column panels, activations in rows; both are padded to multiples of 16.
/// </summary>
/// <remarks>
/// Each result is one chain of fused multiply-adds over ascending k that starts at the initial value. It depends neither on the number
/// of rows multiplied together, nor on tile sizes, nor on the vector width; splitting k over several calls continues the same chain.
/// </remarks>
public static unsafe class PanelProducts
{
    /// <summary>Number of columns of a full panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>C = bias + A·B, row by row: the forward pass, and with the transposed weight the backward pass to the inputs.</summary>
    /// <param name="a">A [rows, depth], row-major.</param>
    /// <param name="aStride">Floats from one row of A to the next.</param>
    /// <param name="panels">B [depth, columns] in column panels.</param>
    /// <param name="bias">A row of <paramref name="columns"/> floats at which every sum starts.</param>
    /// <param name="c">C [rows, columns], row-major, overwritten.</param>
    /// <param name="cStride">Floats from one row of C to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="panelDepth">Rows of a panel as stored, at least <paramref name="depth"/>.</param>
    /// <param name="columns">Number of columns, a multiple of 16.</param>
    public static void Multiply(
        float* a, int aStride, float* panels, float* bias, float* c, int cStride, int rows, int depth, int panelDepth, int columns)
    {
        for (int j = 0; j < columns; j += PanelWidth)
        {
            int width = Math.Min(PanelWidth, columns - j);
            var tile = new TileOperands
            {
                A = a,
                ARow = aStride,
                AStep = 1,
                B = panels + ((nint)j * panelDepth),
                BStep = width,
                Init = bias + j,
                InitRow = 0,
                C = c + j,
                CRow = cStride,
                Depth = depth,
            };
            RunPanel(ref tile, rows, width);
        }
    }

    /// <summary>G = init + Aᵀ·D over a run of examples: the weight gradient, in the panels of the weight.</summary>
    /// <param name="a">A [examples, inputs], row-major.</param>
    /// <param name="aStride">Floats from one row of A to the next.</param>
    /// <param name="d">D [examples, columns], row-major.</param>
    /// <param name="dStride">Floats from one row of D to the next.</param>
    /// <param name="panels">G [inputs, columns] in column panels.</param>
    /// <param name="accumulate">True to continue the sums that <paramref name="panels"/> holds, false to start at zero.</param>
    /// <param name="examples">Length of the sums.</param>
    /// <param name="inputs">Rows of G, a multiple of 16.</param>
    /// <param name="columns">Columns of G, a multiple of 16.</param>
    public static void MultiplyTransposed(
        float* a, int aStride, float* d, int dStride, float* panels, bool accumulate, int examples, int inputs, int columns)
    {
        float* zeros = stackalloc float[PanelWidth];
        new Span<float>(zeros, PanelWidth).Clear();
        for (int j = 0; j < columns; j += PanelWidth)
        {
            int width = Math.Min(PanelWidth, columns - j);
            float* panel = panels + ((nint)j * inputs);
            var tile = new TileOperands
            {
                A = a,
                ARow = 1,
                AStep = aStride,
                B = d + j,
                BStep = dStride,
                Init = accumulate ? panel : zeros,
                InitRow = accumulate ? width : 0,
                C = panel,
                CRow = width,
                Depth = examples,
            };
            RunPanel(ref tile, inputs, width);
        }
    }

    /// <summary>Transposes a weight from its panels [inputs, outputs] into panels [outputs, inputs].</summary>
    /// <param name="panels">The weight in panels of output columns.</param>
    /// <param name="inputs">Padded number of inputs.</param>
    /// <param name="outputs">Padded number of outputs.</param>
    /// <param name="transposed">Receives the weight in panels of input columns.</param>
    public static void Transpose(float* panels, int inputs, int outputs, float* transposed)
    {
        for (int i0 = 0; i0 < inputs; i0 += PanelWidth)
        {
            int inputWidth = Math.Min(PanelWidth, inputs - i0);
            float* target = transposed + ((nint)i0 * outputs);
            for (int o0 = 0; o0 < outputs; o0 += PanelWidth)
            {
                int outputWidth = Math.Min(PanelWidth, outputs - o0);
                float* source = panels + ((nint)o0 * inputs) + ((nint)i0 * outputWidth);
                for (int o = 0; o < outputWidth; o++)
                {
                    for (int i = 0; i < inputWidth; i++)
                    {
                        target[((o0 + o) * inputWidth) + i] = source[(i * outputWidth) + o];
                    }
                }
            }
        }
    }

    /// <summary>Adds the rows of a matrix to a vector in ascending order: the bias gradient.</summary>
    /// <param name="d">D [examples, columns], row-major.</param>
    /// <param name="dStride">Floats from one row of D to the next.</param>
    /// <param name="sum">The vector, <paramref name="columns"/> floats.</param>
    /// <param name="accumulate">True to continue the sums it holds, false to start at zero.</param>
    /// <param name="examples">Number of rows.</param>
    /// <param name="columns">Number of columns, a multiple of 16.</param>
    public static void SumRows(float* d, int dStride, float* sum, bool accumulate, int examples, int columns)
    {
        switch (VectorPath.Bits)
        {
            case 512: SumRows<Simd512>(d, dStride, sum, accumulate, examples, columns); break;
            case 256: SumRows<Simd256>(d, dStride, sum, accumulate, examples, columns); break;
            default: SumRows<Simd128>(d, dStride, sum, accumulate, examples, columns); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows<TVector>(float* d, int dStride, float* sum, bool accumulate, int examples, int columns)
        where TVector : struct, ISimdVector<TVector>
    {
        for (int j = 0; j < columns; j += TVector.Count)
        {
            TVector total = accumulate ? TVector.Load(sum + j) : TVector.Broadcast(0);
            float* row = d + j;
            for (int i = 0; i < examples; i++, row += dStride)
            {
                total += TVector.Load(row);
            }

            total.Store(sum + j);
        }
    }

    private static void RunPanel(ref TileOperands tile, int rows, int width)
    {
        switch (VectorPath.Bits)
        {
            case 512 when width == PanelWidth: RunColumns<Simd512>(ref tile, rows, 8); break;
            case 512: RunSingleColumn<Simd512>(ref tile, rows); break;
            case 256: RunPairs<Simd256>(tile, rows, width); break;
            default: RunPairs<Simd128>(tile, rows, width); break;
        }
    }

    private static void RunPairs<TVector>(TileOperands panel, int rows, int width)
        where TVector : struct, ISimdVector<TVector>
    {
        int accumulators = 2 * TVector.Count;
        for (int j = 0; j < width; j += accumulators)
        {
            TileOperands tile = panel;
            tile.B += j;
            tile.Init += j;
            tile.C += j;
            RunColumns<TVector>(ref tile, rows, 6);
        }
    }

    private static void RunColumns<TVector>(ref TileOperands tile, int rows, int tall)
        where TVector : struct, ISimdVector<TVector>
    {
        for (; rows >= tall; rows -= tall, Advance(ref tile, tall))
        {
            if (tall == 8)
            {
                TileKernels<TVector>.Rows8x2(tile);
            }
            else
            {
                TileKernels<TVector>.Rows6x2(tile);
            }
        }

        for (; rows >= 4; rows -= 4, Advance(ref tile, 4))
        {
            TileKernels<TVector>.Rows4x2(tile);
        }

        for (; rows >= 1; rows--, Advance(ref tile, 1))
        {
            TileKernels<TVector>.Rows1x2(tile);
        }
    }

    private static void RunSingleColumn<TVector>(ref TileOperands tile, int rows)
        where TVector : struct, ISimdVector<TVector>
    {
        for (; rows >= 4; rows -= 4, Advance(ref tile, 4))
        {
            TileKernels<TVector>.Rows4x1(tile);
        }

        for (; rows >= 1; rows--, Advance(ref tile, 1))
        {
            TileKernels<TVector>.Rows1x1(tile);
        }
    }

    private static void Advance(ref TileOperands tile, int rows)
    {
        tile.A += rows * tile.ARow;
        tile.C += rows * tile.CRow;
        tile.Init += rows * tile.InitRow;
    }
}
