using System.Runtime.CompilerServices;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Products;

/// <summary>
/// The gradient of a fully connected layer over the runs of a block: G = Aᵀ·D for the weight in its panels, the column sums of D for the bias.
/// </summary>
/// <remarks>Slices are reduced tile by tile while the tile is in registers or the first-level cache, so a gradient is written once.</remarks>
public static unsafe class PanelGradient
{
    /// <summary>Floats of scratch memory that one <see cref="TilePlace"/> needs: the largest tile.</summary>
    public const int TileLength = 8 * PanelProducts.PanelWidth;

    /// <summary>Carries out the runs for one layer.</summary>
    /// <param name="a">Inputs of the layer [rows, inputs], row-major.</param>
    /// <param name="aStride">Floats from one row to the next.</param>
    /// <param name="d">Errors at its outputs [rows, outputs], row-major.</param>
    /// <param name="dStride">Floats from one row to the next.</param>
    /// <param name="layer">The layer's place in the flat gradient, and its padded widths.</param>
    /// <param name="runs">The runs, slices in ascending order.</param>
    /// <param name="runCount">Number of runs.</param>
    public static void Accumulate(float* a, int aStride, float* d, int dStride, in LayerPlace layer, GradientRun* runs, int runCount)
    {
        for (int j = 0; j < layer.Outputs; j += PanelProducts.PanelWidth)
        {
            int width = Math.Min(PanelProducts.PanelWidth, layer.Outputs - j);
            var tile = new GradientTile
            {
                A = a,
                ARow = aStride,
                D = d + j,
                DRow = dStride,
                Offset = layer.WeightOffset + ((nint)j * layer.Inputs),
                Row = width,
            };
            nint bias = layer.BiasOffset + j;
            switch (VectorPath.Bits)
            {
                case 512 when width == PanelProducts.PanelWidth: RunPanel<SimdPair<Simd512>>(tile, layer.Inputs, 8, bias, runs, runs + runCount); break;
                case 512: RunPanel<Simd512>(tile, layer.Inputs, 8, bias, runs, runs + runCount); break;
                case 256: RunPanel<SimdPair<Simd256>>(tile, layer.Inputs, 4, bias, runs, runs + runCount); break;
                default: RunPanel<SimdPair<Simd128>>(tile, layer.Inputs, 4, bias, runs, runs + runCount); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanel<TVector>(in GradientTile panel, int inputs, int height, nint bias, GradientRun* runs, GradientRun* end)
        where TVector : struct, ISimdVector<TVector>
    {
        for (int j = 0; j < panel.Row; j += TVector.Count)
        {
            GradientTile tile = panel;
            tile.D += j;
            tile.Offset += j;
            tile.Column = j;
            for (int i = 0; i < inputs; i += height)
            {
                for (GradientRun* run = runs; run < end; run++)
                {
                    if (height == 8)
                    {
                        GradientTiles<TVector>.Rows8(tile, run);
                    }
                    else
                    {
                        GradientTiles<TVector>.Rows4(tile, run);
                    }
                }

                tile.A += height;
                tile.Offset += height * tile.Row;
            }

            tile.Offset = bias + j;
            for (GradientRun* run = runs; run < end; run++)
            {
                GradientTiles<TVector>.Bias(tile, run);
            }
        }
    }
}

/// <summary>Where a fully connected layer lies in the flat vector of all parameters.</summary>
/// <param name="Inputs">Padded number of inputs, a multiple of 16.</param>
/// <param name="Outputs">Padded number of outputs, a multiple of 16.</param>
/// <param name="WeightOffset">Start of the weight panels.</param>
/// <param name="BiasOffset">Start of the bias.</param>
public readonly record struct LayerPlace(int Inputs, int Outputs, int WeightOffset, int BiasOffset);
