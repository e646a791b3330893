using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>Sums over examples of how the units of each layer respond, and what their means say of the layer.</summary>
/// <remarks>
/// The numbers of a layer, layers from the input on: sum of the pre-activations of its units, sum of their squares, number of saturated units,
/// then for each unit whether it is active (its pre-activation is above 0). Saturated is a tanh beyond ±9.5, a sigmoid below −23 or above 17
/// (SageMaker Debugger's SaturatedActivation).
/// </remarks>
public sealed class ActivationSums
{
    private const int NumbersBesideUnits = 3;
    private const float TanhLimit = 9.5f;
    private const float SigmoidLowest = -23;
    private const float SigmoidHighest = 17;

    private readonly LayerShape[] _layers;
    private readonly float _lowest;
    private readonly float _highest;
    private readonly bool _canDie;

    /// <summary>Lays the numbers out.</summary>
    /// <param name="architecture">The model.</param>
    public ActivationSums(MlpArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        _layers = [.. architecture.CreateLayout().Layers];
        Count = _layers.Sum(layer => NumbersBesideUnits + layer.Outputs);
        _canDie = architecture.Activation == Activation.Relu;
        (_lowest, _highest) = architecture.Activation switch
        {
            Activation.Tanh => (-TanhLimit, TanhLimit),
            Activation.Sigmoid => (SigmoidLowest, SigmoidHighest),
            _ => (float.NegativeInfinity, float.PositiveInfinity),
        };
    }

    /// <summary>Number of numbers.</summary>
    public int Count { get; }

    /// <summary>Adds the examples of a block, with one forward pass over it.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="pass">The pass; its inputs are there.</param>
    /// <param name="rows">Number of examples.</param>
    /// <param name="sums">The numbers, to which the block's are added.</param>
    internal void Add(AlignedVector parameters, MlpPass pass, int rows, Span<double> sums)
    {
        foreach (LayerShape layer in _layers)
        {
            pass.Multiply(parameters, rows, layer, pass.PreActivations(layer.Index));
            int count = NumbersBesideUnits + layer.Outputs;
            AddLayer(pass.PreActivations(layer.Index).Span, layer, rows, sums[..count]);
            sums = sums[count..];
            pass.Activate(rows, layer);
        }
    }

    /// <summary>What the means over the examples say of each layer.</summary>
    /// <param name="means">The answer to an <see cref="ActivationRequest"/>.</param>
    /// <returns>The layers from the input on; of the last one, which has no activation function, nobody asks who is active or saturated.</returns>
    public IReadOnlyList<LayerResponse> Read(ReadOnlySpan<double> means)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(means.Length, Count);
        var responses = new List<LayerResponse>();
        foreach (LayerShape layer in _layers)
        {
            double mean = means[0] / layer.Outputs;
            int inactive = 0;
            foreach (double share in means.Slice(NumbersBesideUnits, layer.Outputs))
            {
                inactive += share < LayerResponse.ActiveShare ? 1 : 0;
            }

            bool isHidden = layer.Index < _layers.Length - 1;
            responses.Add(new LayerResponse(
                layer.Outputs,
                mean,
                Math.Max(0, (means[1] / layer.Outputs) - (mean * mean)),
                isHidden && _canDie ? inactive : null,
                isHidden && float.IsFinite(_highest) ? means[2] / layer.Outputs : null));
            means = means[(NumbersBesideUnits + layer.Outputs)..];
        }

        return responses;
    }

    private void AddLayer(ReadOnlySpan<float> z, LayerShape layer, int rows, Span<double> sums)
    {
        double sum = 0, squares = 0;
        int saturated = 0;
        int stride = MlpPass.Stride(layer.PaddedOutputs);
        Span<double> active = sums[NumbersBesideUnits..];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = z.Slice(r * stride, layer.Outputs);
            for (int unit = 0; unit < row.Length; unit++)
            {
                double value = row[unit];
                sum += value;
                squares += value * value;
                saturated += row[unit] < _lowest || row[unit] > _highest ? 1 : 0;
                active[unit] += row[unit] > 0 ? 1 : 0;
            }
        }

        sums[0] += sum;
        sums[1] += squares;
        sums[2] += saturated;
    }
}

/// <summary>How the units of a layer respond to examples.</summary>
/// <param name="Units">Number of units.</param>
/// <param name="Mean">Mean of their pre-activations.</param>
/// <param name="Variance">Variance of their pre-activations, over units and examples.</param>
/// <param name="InactiveUnits">Units of a ReLU layer that are active on fewer than <see cref="ActiveShare"/> of the examples; null in others.</param>
/// <param name="SaturatedShare">Share of tanh or sigmoid units that are saturated; null in other layers.</param>
public sealed record LayerResponse(int Units, double Mean, double Variance, int? InactiveUnits, double? SaturatedShare)
{
    /// <summary>Share of the examples on which a unit is active at least, if it is not dead (SageMaker Debugger's DeadRelu).</summary>
    public const double ActiveShare = 0.01;
}
