using System.Buffers.Binary;
using DistSgd.Learning.Models;

namespace DistSgd.Training.Checkpoints;

/// <summary>
/// One weight or bias of a flat vector as other tools know it: row-major [out, in] or [out], without padding, 32-bit little-endian floats.
/// </summary>
/// <param name="Layer">The layer.</param>
/// <param name="IsBias">Whether this is the bias of the layer rather than its weight.</param>
public readonly record struct ParameterTensor(LayerShape Layer, bool IsBias)
{
    /// <summary><c>layers.N.weight</c> or <c>layers.N.bias</c>, N = 0 next to the input.</summary>
    public string Name => $"layers.{Layer.Index}.{(IsBias ? "bias" : "weight")}";

    /// <summary>[out, in] of a weight, [out] of a bias.</summary>
    public int[] Shape => IsBias ? [Layer.Outputs] : [Layer.Outputs, Layer.Inputs];

    /// <summary>Number of rows; a bias is one row.</summary>
    public int Rows => IsBias ? 1 : Layer.Outputs;

    /// <summary>Number of bytes of a row.</summary>
    public int RowBytes => sizeof(float) * (IsBias ? Layer.Outputs : Layer.Inputs);

    /// <summary>The tensors of a layout in the order of files and digests: layer after layer, weight then bias.</summary>
    /// <param name="layout">The layout.</param>
    /// <returns>The tensors.</returns>
    public static IEnumerable<ParameterTensor> Of(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        foreach (LayerShape layer in layout.Layers)
        {
            yield return new ParameterTensor(layer, IsBias: false);
            yield return new ParameterTensor(layer, IsBias: true);
        }
    }

    /// <summary>Copies one row out of a flat vector.</summary>
    /// <param name="flat">A vector of the layout.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="littleEndian">Receives <see cref="RowBytes"/> bytes.</param>
    public void CopyRow(ReadOnlySpan<float> flat, int row, Span<byte> littleEndian)
    {
        int columns = RowBytes / sizeof(float);
        for (int column = 0; column < columns; column++)
        {
            float value = flat[IsBias ? Layer.BiasOffset + column : Layer.WeightIndex(row, column)];
            BinaryPrimitives.WriteSingleLittleEndian(littleEndian[(sizeof(float) * column)..], value);
        }
    }

    /// <summary>Copies the whole tensor into a flat vector.</summary>
    /// <param name="rowMajor">The tensor's elements, row after row.</param>
    /// <param name="flat">A vector of the layout; its other elements stay as they are.</param>
    public void Import(ReadOnlySpan<float> rowMajor, Span<float> flat)
    {
        if (IsBias)
        {
            rowMajor.CopyTo(Layer.Bias(flat));
        }
        else
        {
            Layer.ImportWeight(rowMajor, flat);
        }
    }
}
