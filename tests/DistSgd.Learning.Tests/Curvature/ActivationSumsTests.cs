using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Curvature;

/// <summary>How units respond, against a forward pass written out in double precision.</summary>
public sealed class ActivationSumsTests
{
    private const int Count = 300; // more than a block, not a multiple of the shards

    [Theory]
    [InlineData(Activation.Relu, 1f)]
    [InlineData(Activation.Tanh, 12f)]
    [InlineData(Activation.Sigmoid, 40f)]
    [InlineData(Activation.Gelu, 1f)]
    public void Means_are_those_of_the_written_out_network(Activation activation, float scale)
    {
        TrainingData data = SmallRuns.Blobs(examples: 700, shards: 7, noise: 1);
        Examples train = data.Dataset.Train;
        var architecture = new MlpArchitecture(train.Width, [19, 6], 3, activation, LossKind.CrossEntropy, 3);
        ParameterLayout layout = architecture.CreateLayout();
        var parameters = new AlignedVector(layout.Length);
        ParameterInitializer.Fill(layout, Initialization.He, 11, parameters.Span);
        foreach (ref float value in parameters.Span)
        {
            value *= scale;
        }

        var sums = new ActivationSums(architecture);
        var request = new ActivationRequest(parameters, sums.Count);
        new LocalCurvature(architecture, data, Count).Answer(request);
        IReadOnlyList<LayerResponse> found = sums.Read(request.Losses);

        int[] taken = [.. Enumerable.Range(0, 7).SelectMany(shard => data.Split.Shards[shard].Take((Count / 7) + (shard < Count % 7 ? 1 : 0)))];
        taken.Length.ShouldBe(Count);
        double[][] rows = [.. taken.Select(example => Enumerable.Range(0, train.Width).Select(input => (double)((train.Floats![(example * train.Width) + input] * data.Scaler.Scale[input]) + data.Scaler.Shift[input])).ToArray())];
        foreach (LayerShape layer in layout.Layers)
        {
            double[][] z = [.. rows.Select(row => PreActivations(parameters, layer, row))];
            bool isHidden = layer.Index < 2;
            double mean = z.Average(row => row.Average());
            double variance = z.Average(row => row.Average(value => (value - mean) * (value - mean)));
            int inactive = Enumerable.Range(0, layer.Outputs).Count(unit => z.Count(row => row[unit] > 0) < 0.01 * Count);
            (double low, double high) = activation == Activation.Tanh ? (-9.5, 9.5) : (-23.0, 17.0);
            double saturated = z.Average(row => row.Average(value => value < low || value > high ? 1.0 : 0));

            found[layer.Index].Units.ShouldBe(layer.Outputs);
            found[layer.Index].Mean.ShouldBe(mean, 1e-4 * Math.Sqrt(variance));
            found[layer.Index].Variance.ShouldBe(variance, 1e-4 * variance);
            found[layer.Index].InactiveUnits.ShouldBe(isHidden && activation == Activation.Relu ? inactive : null);
            bool canSaturate = isHidden && activation is (Activation.Tanh or Activation.Sigmoid);
            found[layer.Index].SaturatedShare.HasValue.ShouldBe(canSaturate);
            (found[layer.Index].SaturatedShare ?? saturated).ShouldBe(saturated, 1e-12);
            rows = [.. z.Select(row => row.Select(value => Apply(activation, value)).ToArray())];
        }
    }

    private static double[] PreActivations(AlignedVector parameters, LayerShape layer, double[] row) =>
    [
        .. Enumerable.Range(0, layer.Outputs).Select(unit => parameters.Span[layer.BiasOffset + unit]
            + Enumerable.Range(0, layer.Inputs).Sum(input => row[input] * parameters.Span[layer.WeightIndex(unit, input)])),
    ];

    private static double Apply(Activation activation, double z) => activation switch
    {
        Activation.Relu => Math.Max(0, z),
        Activation.Tanh => Math.Tanh(z),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-z)),
        _ => 0.5 * z * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (z + (0.044715 * z * z * z)))),
    };
}
