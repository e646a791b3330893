using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Random;
using DistSgd.Numerics.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Products;

public sealed unsafe class PanelGradientTests
{
    [Fact]
    public void Gradients_of_random_shapes_have_the_bits_of_a_scalar_chain()
    {
        var random = new RandomStream(31, StreamPurpose.Test);
        for (int i = 0; i < 60; i++)
        {
            int examples = 1 + random.NextInt(40), inputs = 16 * (1 + random.NextInt(6)), outputs = 16 * (1 + random.NextInt(6));
            var layer = new GradientCase(examples, inputs, outputs, extraStride: random.NextInt(20));
            layer.Run(new GradientRun { Rows = examples, Target = layer.Gradient });
            layer.Read().ShouldBeBits(layer.ScalarChain(0, examples), $"[{inputs}, {examples}] · [{examples}, {outputs}]");
        }
    }

    [Fact]
    public void Gradients_of_a_digit_classifier_have_the_bits_of_a_scalar_chain()
    {
        var layer = new GradientCase(examples: 5, inputs: 784, outputs: 128);
        layer.Run(new GradientRun { Rows = 5, Target = layer.Gradient });
        layer.Read().ShouldBeBits(layer.ScalarChain(0, 5), "784 to 128");
    }

    [Fact]
    public void Splitting_the_examples_over_several_blocks_continues_the_same_chain()
    {
        var layer = new GradientCase(examples: 41, inputs: 48, outputs: 80);
        foreach (int size in new[] { 1, 7, 16, 40 })
        {
            for (int first = 0; first < 41; first += size)
            {
                layer.Run(new GradientRun
                {
                    FirstRow = first,
                    Rows = Math.Min(size, 41 - first),
                    Start = first > 0 ? layer.Gradient : default,
                    Target = layer.Gradient,
                });
            }

            layer.Read().ShouldBeBits(layer.ScalarChain(0, 41), $"blocks of {size} examples");
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(80)]
    public void Slices_are_measured_and_joined_in_the_order_of_the_tree_while_the_tile_is_at_hand(int outputs)
    {
        // Three slices of 4, 6 and 3 examples; the result is (first + second) + third.
        var layer = new GradientCase(examples: 13, inputs: 48, outputs);
        var scratch = new AlignedVector(PanelGradient.TileLength);
        double* squares = stackalloc double[3 * PanelProducts.PanelWidth];
        new Span<double>(squares, 3 * PanelProducts.PanelWidth).Clear();
        var waiting = new TilePlace(scratch.Pointer, isScratch: true);
        TilePlace* end = &waiting + 1;
        layer.Run(
            new GradientRun { FirstRow = 0, Rows = 4, SquareSums = squares, Target = waiting },
            new GradientRun { FirstRow = 4, Rows = 6, SquareSums = squares + 32, Sums = &waiting, SumsEnd = end, Target = waiting },
            new GradientRun { FirstRow = 10, Rows = 3, SquareSums = squares + 64, Sums = &waiting, SumsEnd = end, Target = layer.Gradient });

        float[][] slices = [layer.ScalarChain(0, 4), layer.ScalarChain(4, 6), layer.ScalarChain(10, 3)];
        float[] expected = [.. Enumerable.Range(0, slices[0].Length).Select(i => slices[0][i] + slices[1][i] + slices[2][i])];
        layer.Read().ShouldBeBits(expected, $"tree, {outputs} outputs");
        for (int s = 0; s < 3; s++)
        {
            double exact = slices[s].Sum(g => (double)g * g);
            Reductions.Join(squares + (32 * s), 32).ShouldBe(exact, 1e-6 * exact, $"squared norm of slice {s}");
        }
    }
}
