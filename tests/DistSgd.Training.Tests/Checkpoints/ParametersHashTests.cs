using System.Security.Cryptography;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Training.Tests.Checkpoints;

public class ParametersHashTests
{
    [Fact]
    public void A_small_model_has_the_digest_computed_elsewhere()
    {
        // python3 -c "import struct,hashlib; print(hashlib.sha256(struct.pack('<6f',1,2,3,4,5,6)).hexdigest())"
        var layout = new ParameterLayout(2, 2);
        var parameters = new AlignedVector(layout.Length);
        layout.Layers[0].ImportWeight([1, 2, 3, 4], parameters.Span);
        parameters.Span[layout.Layers[0].BiasOffset] = 5;
        parameters.Span[layout.Layers[0].BiasOffset + 1] = 6;

        ParametersHash.Compute(layout, parameters.Span).ShouldBe("24ae2dfe8df57c1b80e54cef3d90ac3b417fd98973345a5f616bbc9a75dcc202");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 33, 3)]
    [InlineData(40, 70, 48, 10)]
    public void The_digest_runs_over_weights_then_bias_layer_after_layer(params int[] widths)
    {
        var layout = new ParameterLayout(widths);
        float[] flat = [.. Enumerable.Range(0, layout.Length).Select(i => (i * 0.37f) - 5)];
        var bytes = new MemoryStream();
        var writer = new BinaryWriter(bytes);
        foreach (LayerShape layer in layout.Layers)
        {
            float[] weight = new float[layer.Outputs * layer.Inputs];
            layer.ExportWeight(flat, weight);
            foreach (float value in weight.Concat(layer.Bias(flat).ToArray()))
            {
                writer.Write(value);
            }
        }

        ParametersHash.Compute(layout, flat).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())));
    }

    [Fact]
    public void Padding_does_not_enter_the_digest_and_a_single_bit_does()
    {
        var layout = new ParameterLayout(3, 2);
        float[] flat = new float[layout.Length];
        string zeros = ParametersHash.Compute(layout, flat);

        flat[layout.Layers[0].BiasOffset + 2] = 1;
        ParametersHash.Compute(layout, flat).ShouldBe(zeros);

        flat[layout.Layers[0].BiasOffset + 1] = -0.0f;
        ParametersHash.Compute(layout, flat).ShouldNotBe(zeros);
    }
}
