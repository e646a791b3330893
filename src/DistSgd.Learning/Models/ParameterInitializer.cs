using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Models;

/// <summary>Draws the initial parameters: a pure function of layout, kind and seed.</summary>
public static class ParameterInitializer
{
    private const double NormalDeviation = 0.01;

    /// <summary>Fills the weights; biases and padding become zero.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="kind">Distribution of the weights.</param>
    /// <param name="seed">Seed of the run; every layer has a stream of its own.</param>
    /// <param name="parameters">The flat vector to fill.</param>
    public static void Fill(ParameterLayout layout, Initialization kind, ulong seed, Span<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(layout);
        parameters.Clear();
        foreach (LayerShape layer in layout.Layers)
        {
            double deviation = Deviation(kind, layer);
            if (deviation == 0)
            {
                continue;
            }

            var stream = new RandomStream(seed, StreamPurpose.Initialization, layer.Index);
            for (int o = 0; o < layer.Outputs; o++)
            {
                for (int i = 0; i < layer.Inputs; i++)
                {
                    parameters[layer.WeightIndex(o, i)] = (float)(deviation * stream.NextNormal());
                }
            }
        }
    }

    /// <summary>Standard deviation of the weights of a layer.</summary>
    /// <param name="kind">Distribution of the weights.</param>
    /// <param name="layer">The layer.</param>
    /// <returns>The deviation, 0 for <see cref="Initialization.Zeros"/>.</returns>
    public static double Deviation(Initialization kind, LayerShape layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return kind switch
        {
            Initialization.He => Math.Sqrt(2.0 / layer.Inputs),
            Initialization.Xavier => Math.Sqrt(2.0 / (layer.Inputs + layer.Outputs)),
            Initialization.Lecun => Math.Sqrt(1.0 / layer.Inputs),
            Initialization.Normal => NormalDeviation,
            Initialization.Zeros => 0,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown initialization."),
        };
    }
}
