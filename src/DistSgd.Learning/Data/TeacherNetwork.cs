using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Data;

/// <summary>
/// A small random network in double precision whose answers are worth learning: one hidden layer of units clamp(z, −1, 1), no biases.
/// </summary>
/// <remarks>
/// The unit is odd, so for symmetric inputs every output has mean zero and no class is favoured; and it needs IEEE arithmetic only.
/// </remarks>
public sealed class TeacherNetwork
{
    /// <summary>Number of hidden units.</summary>
    public const int HiddenUnits = 16;

    private readonly double[] _hiddenWeights;
    private readonly double[] _outputWeights;

    /// <summary>Draws the weights: normal with variance 1 / inputs of the layer.</summary>
    /// <param name="random">Where the weights come from.</param>
    /// <param name="inputs">Number of features.</param>
    /// <param name="outputs">Number of outputs.</param>
    public TeacherNetwork(RandomStream random, int inputs, int outputs)
    {
        ArgumentNullException.ThrowIfNull(random);
        _hiddenWeights = Draw(random, HiddenUnits, inputs);
        _outputWeights = Draw(random, outputs, HiddenUnits);
    }

    /// <summary>Answers one example.</summary>
    /// <param name="features">The features.</param>
    /// <param name="outputs">Receives the outputs.</param>
    public void Answer(ReadOnlySpan<float> features, Span<double> outputs)
    {
        Span<double> hidden = stackalloc double[HiddenUnits];
        for (int h = 0; h < hidden.Length; h++)
        {
            double sum = 0;
            for (int f = 0; f < features.Length; f++)
            {
                sum += _hiddenWeights[(h * features.Length) + f] * features[f];
            }

            hidden[h] = Math.Clamp(sum, -1, 1);
        }

        for (int k = 0; k < outputs.Length; k++)
        {
            outputs[k] = 0;
            for (int h = 0; h < hidden.Length; h++)
            {
                outputs[k] += _outputWeights[(k * HiddenUnits) + h] * hidden[h];
            }
        }
    }

    private static double[] Draw(RandomStream random, int rows, int columns)
    {
        var weights = new double[checked(rows * columns)];
        double deviation = Math.Sqrt(1.0 / columns);
        foreach (ref double weight in weights.AsSpan())
        {
            weight = deviation * random.NextNormal();
        }

        return weights;
    }
}
