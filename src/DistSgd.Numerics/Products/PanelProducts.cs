using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Products;

/// <summary>
/// The products of a fully connected layer with its inputs and errors. Weights lie in column panels, activations in rows;
/// widths are padded to multiples of 16.
/// </summary>
/// <remarks>
/// Each result is one chain of fused multiply-adds over ascending k that starts at the initial value. It depends neither on the number
/// of rows multiplied together, nor on tile sizes, nor on the vector width.
/// </remarks>
public static unsafe class PanelProducts
{
    /// <summary>Number of columns of a full panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>C = bias + A·B, row by row: the forward pass.</summary>
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
            var tile = new ProductTile
            {
                A = a,
                ARow = aStride,
                B = panels + ((nint)j * panelDepth),
                BRow = width,
                Init = bias + j,
                C = c + j,
                CRow = cStride,
                Depth = depth,
            };
            RunPanel(tile, rows, width);
        }
    }

    /// <summary>C = A·Bᵀ, row by row: the backward pass from the errors of a layer to those of its inputs.</summary>
    /// <remarks>B is transposed panel by panel into scratch memory on the way, so no copy of it has to be kept up to date.</remarks>
    /// <param name="a">A [rows, outputs], row-major.</param>
    /// <param name="aStride">Floats from one row of A to the next.</param>
    /// <param name="panels">B [inputs, outputs] in panels of output columns.</param>
    /// <param name="c">C [rows, inputs], row-major, overwritten.</param>
    /// <param name="cStride">Floats from one row of C to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="inputs">Columns of C, a multiple of 16.</param>
    /// <param name="outputs">Length of the sums; B has this many columns rounded up to a multiple of 16.</param>
    /// <param name="scratch">(that many + 1) · <see cref="PanelWidth"/> floats.</param>
    public static void MultiplyTransposed(
        float* a, int aStride, float* panels, float* c, int cStride, int rows, int inputs, int outputs, float* scratch)
    {
        int paddedOutputs = Memory.AlignedVector.RoundUp(outputs);
        float* zeros = scratch + ((nint)paddedOutputs * PanelWidth);
        new Span<float>(zeros, PanelWidth).Clear();
        for (int i = 0; i < inputs; i += PanelWidth)
        {
            int width = Math.Min(PanelWidth, inputs - i);
            PanelTranspose.Run(panels, inputs, paddedOutputs, i, width, scratch);
            var tile = new ProductTile
            {
                A = a,
                ARow = aStride,
                B = scratch,
                BRow = width,
                Init = zeros,
                C = c + i,
                CRow = cStride,
                Depth = outputs,
            };
            RunPanel(tile, rows, width);
        }
    }

    private static void RunPanel(in ProductTile panel, int rows, int width)
    {
        switch (VectorPath.Bits)
        {
            case 512 when width == PanelWidth: RunColumns<SimdPair<Simd512>>(panel, rows, 8, width); break;
            case 512: RunColumns<Simd512>(panel, rows, 8, width); break;
            case 256: RunColumns<SimdPair<Simd256>>(panel, rows, 6, width); break;
            default: RunColumns<SimdPair<Simd128>>(panel, rows, 6, width); break;
        }
    }

    private static void RunColumns<TVector>(in ProductTile panel, int rows, int tall, int width)
        where TVector : struct, ISimdVector<TVector>
    {
        for (int j = 0; j < width; j += TVector.Count)
        {
            ProductTile tile = panel;
            tile.B += j;
            tile.Init += j;
            tile.C += j;
            int left = rows;
            for (int tiles = TallTiles(rows, tall); tiles > 0; tiles--, left -= tall)
            {
                if (tall == 8)
                {
                    ProductTiles<TVector>.Rows8(tile);
                }
                else
                {
                    ProductTiles<TVector>.Rows6(tile);
                }

                Advance(ref tile, tall);
            }

            for (; left >= 4; left -= 4)
            {
                ProductTiles<TVector>.Rows4(tile);
                Advance(ref tile, 4);
            }

            for (; left >= 1; left--)
            {
                ProductTiles<TVector>.Rows1(tile);
                Advance(ref tile, 1);
            }
        }
    }

    // After sixes, one less leaves two fours where it would have been two single rows, which take as long as another six.
    private static int TallTiles(int rows, int tall)
    {
        int tiles = rows / tall;
        return tiles > 0 && tall % 4 != 0 && (rows - (tiles * tall)) % 4 >= 2 ? tiles - 1 : tiles;
    }

    private static void Advance(ref ProductTile tile, int rows)
    {
        tile.A += rows * tile.ARow;
        tile.C += rows * tile.CRow;
    }
}
