using DistSgd.Learning.Models;

namespace DistSgd.Learning.Tests.Support;

/// <summary>Parameters without panels and padding: layer after layer the weight [out, in] row-major, then the bias.</summary>
internal static class CanonicalOrder
{
    public static float[] Export(ParameterLayout layout, Span<float> flat)
    {
        var canonical = new float[layout.ParameterCount];
        int offset = 0;
        foreach (LayerShape layer in layout.Layers)
        {
            int weights = layer.Inputs * layer.Outputs;
            layer.ExportWeight(flat, canonical.AsSpan(offset, weights));
            layer.Bias(flat).CopyTo(canonical.AsSpan(offset + weights));
            offset += layer.ParameterCount;
        }

        return canonical;
    }

    public static void Import(ParameterLayout layout, ReadOnlySpan<float> canonical, Span<float> flat)
    {
        int offset = 0;
        foreach (LayerShape layer in layout.Layers)
        {
            int weights = layer.Inputs * layer.Outputs;
            layer.ImportWeight(canonical.Slice(offset, weights), flat);
            canonical.Slice(offset + weights, layer.Outputs).CopyTo(layer.Bias(flat));
            offset += layer.ParameterCount;
        }
    }
}
