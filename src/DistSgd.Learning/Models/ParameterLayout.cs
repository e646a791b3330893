using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;

namespace DistSgd.Learning.Models;

/// <summary>
/// Where every weight and bias of an MLP lies in one flat vector. Parameters, gradients and optimizer slots share this layout.
/// </summary>
/// <remarks>
/// Layer after layer: the weight matrix in column panels, then the bias. See <see cref="LayerShape"/>.
/// Padding elements are zero in parameters, gradients and slots, and every operation keeps them zero.
/// </remarks>
public sealed class ParameterLayout
{
    /// <summary>Lays out the parameters of an MLP.</summary>
    /// <param name="widths">Number of inputs, then the width of every layer; at least two numbers, all at least 1.</param>
    /// <exception cref="ArgumentException">Fewer than two widths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1.</exception>
    public ParameterLayout(params ReadOnlySpan<int> widths)
    {
        if (widths.Length < 2)
        {
            throw new ArgumentException("An MLP needs an input width and at least one layer.", nameof(widths));
        }

        var layers = new LayerShape[widths.Length - 1];
        int offset = 0;
        for (int l = 0; l < layers.Length; l++)
        {
            layers[l] = new LayerShape(l, widths[l], widths[l + 1], offset);
            offset = checked(layers[l].BiasOffset + layers[l].PaddedOutputs);
        }

        Layers = layers;
        Length = offset;
    }

    /// <summary>The layers from the input to the output.</summary>
    public IReadOnlyList<LayerShape> Layers { get; }

    /// <summary>Length of the flat vector with its padding, a multiple of 16.</summary>
    public int Length { get; }

    /// <summary>Number of trainable parameters, without padding.</summary>
    public int ParameterCount => Layers.Sum(layer => (layer.Inputs + 1) * layer.Outputs);

    /// <summary>The place of every trainable parameter in the flat vector, in layer order: weight [out, in] row-major, then bias.</summary>
    /// <returns><see cref="ParameterCount"/> indices; padding has none.</returns>
    public int[] CanonicalPlaces()
    {
        var places = new List<int>(ParameterCount);
        foreach (LayerShape layer in Layers)
        {
            for (int output = 0; output < layer.Outputs; output++)
            {
                for (int input = 0; input < layer.Inputs; input++)
                {
                    places.Add(layer.WeightIndex(output, input));
                }
            }

            places.AddRange(Enumerable.Range(layer.BiasOffset, layer.Outputs));
        }

        return [.. places];
    }

    /// <summary>Number of inputs of the first layer.</summary>
    public int Inputs => Layers[0].Inputs;

    /// <summary>Number of outputs of the last layer.</summary>
    public int Outputs => Layers[^1].Outputs;
}

/// <summary>Shape of one fully connected layer and the place of its weight and bias in the flat vector.</summary>
/// <remarks>
/// The weight [out, in] is kept in panels of up to 32 output columns. Inside a panel the elements of one input stand side by side,
/// so a kernel walks the panel from the first input to the last and reads whole vectors of outputs.
/// Inputs and outputs are padded to multiples of 16; a padded width that is an odd multiple of 16 ends in a panel of 16 columns.
/// </remarks>
public sealed class LayerShape
{
    /// <summary>Number of output columns of a full panel.</summary>
    public const int PanelWidth = 32;

    internal LayerShape(int index, int inputs, int outputs, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Index = index;
        Inputs = inputs;
        Outputs = outputs;
        PaddedInputs = AlignedVector.RoundUp(inputs);
        PaddedOutputs = AlignedVector.RoundUp(outputs);
        WeightOffset = offset;
        BiasOffset = checked(offset + (PaddedInputs * PaddedOutputs));
    }

    /// <summary>Position of the layer, 0 next to the input.</summary>
    public int Index { get; }

    /// <summary>Number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Inputs rounded up to a multiple of 16.</summary>
    public int PaddedInputs { get; }

    /// <summary>Outputs rounded up to a multiple of 16.</summary>
    public int PaddedOutputs { get; }

    /// <summary>Start of the weight panels in the flat vector.</summary>
    public int WeightOffset { get; }

    /// <summary>Number of floats of the weight panels with their padding.</summary>
    public int WeightLength => PaddedInputs * PaddedOutputs;

    /// <summary>Start of the bias in the flat vector.</summary>
    public int BiasOffset { get; }

    /// <summary>Place and padded widths, as the kernels want them.</summary>
    public LayerPlace Place => new(PaddedInputs, PaddedOutputs, WeightOffset, BiasOffset);

    /// <summary>Number of floats of the bias with its padding.</summary>
    public int BiasLength => PaddedOutputs;

    /// <summary>Number of trainable parameters: (inputs + 1) · outputs.</summary>
    public int ParameterCount => (Inputs + 1) * Outputs;

    /// <summary>Place of one weight in the flat vector.</summary>
    /// <param name="output">Output (row of the [out, in] matrix).</param>
    /// <param name="input">Input (column of the [out, in] matrix).</param>
    /// <returns>The index into the flat vector.</returns>
    public int WeightIndex(int output, int input)
    {
        int panelStart = output / PanelWidth * PanelWidth;
        int width = Math.Min(PanelWidth, PaddedOutputs - panelStart);
        return WeightOffset + (panelStart * PaddedInputs) + (input * width) + (output - panelStart);
    }

    /// <summary>Copies the weight out of a flat vector into row-major order.</summary>
    /// <param name="flat">A vector of this layout.</param>
    /// <param name="rowMajor">Receives the weight [out, in], without padding.</param>
    public void ExportWeight(ReadOnlySpan<float> flat, Span<float> rowMajor)
    {
        for (int o = 0, k = 0; o < Outputs; o++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                rowMajor[k++] = flat[WeightIndex(o, i)];
            }
        }
    }

    /// <summary>Copies a row-major weight into a flat vector.</summary>
    /// <param name="rowMajor">The weight [out, in], without padding.</param>
    /// <param name="flat">A vector of this layout.</param>
    public void ImportWeight(ReadOnlySpan<float> rowMajor, Span<float> flat)
    {
        for (int o = 0, k = 0; o < Outputs; o++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                flat[WeightIndex(o, i)] = rowMajor[k++];
            }
        }
    }

    /// <summary>The bias inside a flat vector, without padding.</summary>
    /// <param name="flat">A vector of this layout.</param>
    /// <returns>The bias, one element an output.</returns>
    public Span<float> Bias(Span<float> flat) => flat.Slice(BiasOffset, Outputs);
}
