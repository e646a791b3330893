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

    /// <summary>Inputs whose squares are summed in single precision, few enough for five digits at least; a constant of the contract.</summary>
    private const int InputsOfSquares = 64;

    /// <summary>Rows of a block up to which slices that make a subtree are kept in registers, in tiles half as tall.</summary>
    private const int MostRowsOfSubtrees = 64;

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
        int subtree = SubtreeSize(runs, runCount);
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
            switch (VectorPath.Bits)
            {
                case 512 when subtree > 0: RunSubtrees(tile, layer.Inputs, subtree, runs, runs + runCount); break;
                case 512 when width == PanelProducts.PanelWidth: RunPanel<SimdPair<Simd512>>(tile, layer, 8, runs, runs + runCount); break;
                case 512: RunPanel<Simd512>(tile, layer, 8, runs, runs + runCount); break;
                case 256: RunPanel<SimdPair<Simd256>>(tile, layer, 6, runs, runs + runCount); break;
                default: RunPanel<SimdPair<Simd128>>(tile, layer, 6, runs, runs + runCount); break;
            }
        }

        switch (VectorPath.Bits)
        {
            case 512: RunBias<Simd512>(d, dStride, layer, runs, runs + runCount); break;
            case 256: RunBias<Simd256>(d, dStride, layer, runs, runs + runCount); break;
            default: RunBias<Simd128>(d, dStride, layer, runs, runs + runCount); break;
        }
    }

    // With few rows, moving a slice's sum to memory and back takes longer than computing it.
    private static int SubtreeSize(GradientRun* runs, int count)
    {
        bool few = runs[count - 1].FirstRow + runs[count - 1].Rows <= MostRowsOfSubtrees;
        return few && ConsistsOfSubtrees(runs, count, 4) ? 4 : few && ConsistsOfSubtrees(runs, count, 2) ? 2 : 0;
    }

    private static bool ConsistsOfSubtrees(GradientRun* runs, int count, int size)
    {
        bool all = count % size == 0;
        for (int last = size - 1; all && last < count; last += size)
        {
            all = runs[last].Subtree >= size - 1;
        }

        return all;
    }

    private static void RunSubtrees(in GradientTile panel, int inputs, int size, GradientRun* runs, GradientRun* end)
    {
        if (panel.Row == PanelProducts.PanelWidth)
        {
            RunSubtrees<SimdPair<Simd512>>(panel, inputs, size, runs, end);
        }
        else
        {
            RunSubtrees<Simd512>(panel, inputs, size, runs, end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunSubtrees<TVector>(in GradientTile panel, int inputs, int size, GradientRun* runs, GradientRun* end)
        where TVector : struct, ISimdVector<TVector>
    {
        GradientTile tile = panel;
        for (int i = 4; i <= inputs; i += 4)
        {
            for (GradientRun* run = runs; run < end; run += size)
            {
                SubtreeTiles<TVector>.Rows4(tile, run, size);
            }

            tile.Advance(4);
            if (i % InputsOfSquares == 0)
            {
                GradientTiles<TVector>.PassSquaresOn(runs, end, 0);
            }
        }

        GradientTiles<TVector>.PassSquaresOn(runs, end, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanel<TVector>(in GradientTile panel, in LayerPlace layer, int tall, GradientRun* runs, GradientRun* end)
        where TVector : struct, ISimdVector<TVector>
    {
        for (int j = 0; j < panel.Row; j += TVector.Count)
        {
            GradientTile tile = panel;
            tile.D += j;
            tile.Offset += j;
            tile.Column = j;
            for (int i = 16; i <= layer.Inputs; i += 16)
            {
                if (tall == 8)
                {
                    SumRuns(&GradientTiles<TVector>.Rows8, 8, ref tile, runs, end);
                    SumRuns(&GradientTiles<TVector>.Rows8, 8, ref tile, runs, end);
                }
                else
                {
                    SumRuns(&GradientTiles<TVector>.Rows6, 6, ref tile, runs, end);
                    SumRuns(&GradientTiles<TVector>.Rows6, 6, ref tile, runs, end);
                    SumRuns(&GradientTiles<TVector>.Rows4, 4, ref tile, runs, end);
                }

                if (i % InputsOfSquares == 0)
                {
                    GradientTiles<TVector>.PassSquaresOn(runs, end, j);
                }
            }

            GradientTiles<TVector>.PassSquaresOn(runs, end, j);
        }
    }

    private static void SumRuns(
        delegate*<in GradientTile, GradientRun*, void> kernel, int inputs, ref GradientTile tile, GradientRun* runs, GradientRun* end)
    {
        for (GradientRun* run = runs; run < end; run++)
        {
            kernel(tile, run);
        }

        tile.Advance(inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunBias<TVector>(float* d, int dStride, in LayerPlace layer, GradientRun* runs, GradientRun* end)
        where TVector : struct, ISimdVector<TVector>
    {
        for (int j = 0; j < layer.Outputs; j += TVector.Count)
        {
            var tile = new GradientTile { D = d + j, DRow = dStride, Offset = layer.BiasOffset + j, Column = j % PanelProducts.PanelWidth };
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
