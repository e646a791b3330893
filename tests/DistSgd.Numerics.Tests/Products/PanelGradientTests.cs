using System.Runtime.InteropServices;
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
        using var squares = new SquaresCase(slices: 3);
        var waiting = new TilePlace(scratch.Pointer, isScratch: true);
        layer.Run(
            squares.Finish(0, new() { FirstRow = 0, Rows = 4, Target = waiting }),
            squares.Finish(1, new() { FirstRow = 4, Rows = 6, Sums = &waiting, SumsEnd = &waiting + 1, Target = waiting }),
            squares.Finish(2, new() { FirstRow = 10, Rows = 3, Sums = &waiting, SumsEnd = &waiting + 1, Target = layer.Gradient }));

        float[][] slices = [layer.ScalarChain(0, 4), layer.ScalarChain(4, 6), layer.ScalarChain(10, 3)];
        float[] expected = [.. Enumerable.Range(0, slices[0].Length).Select(i => slices[0][i] + slices[1][i] + slices[2][i])];
        layer.Read().ShouldBeBits(expected, $"tree, {outputs} outputs");
        squares.Norms().ShouldBeNear([.. slices.Select(slice => slice.Sum(g => (double)g * g))]);
    }

    [Theory]
    [InlineData(16, 3, 3)]
    [InlineData(32, 3, 3)]
    [InlineData(80, 3, 3)]
    [InlineData(80, 3, 1)] // two pairs
    [InlineData(16, 1, 3)]
    [InlineData(32, 40, 3)] // too many rows for the kernel of subtrees
    // The kernel of subtrees is one of 512-bit vectors; elsewhere this tests that the others ignore the hint.
    public void A_subtree_has_the_bits_of_slices_computed_one_after_the_other(int outputs, int rows, int subtree)
    {
        // ((first + second) + (third + fourth))
        var layer = new GradientCase(examples: 4 * rows, inputs: 80, outputs);
        AlignedVector[] scratch = [new(PanelGradient.TileLength), new(PanelGradient.TileLength)];
        using var squares = new SquaresCase(slices: 4);
        using var alone = new SquaresCase(slices: 4);
        TilePlace* places = stackalloc TilePlace[] { new(scratch[1].Pointer, isScratch: true), new(scratch[0].Pointer, isScratch: true) };
        layer.Run(
            squares.Finish(0, new() { FirstRow = 0, Rows = rows, Target = places[1] }),
            squares.Finish(1, new() { FirstRow = rows, Rows = rows, Sums = places + 1, SumsEnd = places + 2, Target = places[1], Subtree = 1 }),
            squares.Finish(2, new() { FirstRow = 2 * rows, Rows = rows, Target = places[0] }),
            squares.Finish(3, new() { FirstRow = 3 * rows, Rows = rows, Sums = places, SumsEnd = places + 2, Target = layer.Gradient, Subtree = subtree }));
        float[] together = layer.Read();

        float[][] slices = new float[4][];
        for (int s = 0; s < 4; s++)
        {
            layer.Run(alone.Finish(s, new() { FirstRow = s * rows, Rows = rows, Target = layer.Gradient }));
            slices[s] = layer.Read();
        }

        together.ShouldBeBits([.. slices[0].Select((x, i) => (x + slices[1][i]) + (slices[2][i] + slices[3][i]))], "tree");
        squares.Norms().ShouldBe(alone.Norms());
    }

    /// <summary>The sums of squares of some slices.</summary>
    private sealed class SquaresCase(int slices) : IDisposable
    {
        private readonly float* _squares = (float*)NativeMemory.AllocZeroed((nuint)(slices * PanelProducts.PanelWidth), sizeof(float));
        private readonly double* _sums = (double*)NativeMemory.AllocZeroed((nuint)(slices * PanelProducts.PanelWidth), sizeof(double));

        public GradientRun Finish(int slice, GradientRun run)
        {
            run.Squares = _squares + (slice * PanelProducts.PanelWidth);
            run.SquareSums = _sums + (slice * PanelProducts.PanelWidth);
            return run;
        }

        public double[] Norms() =>
            [.. Enumerable.Range(0, slices).Select(s => Reductions.Join(_sums + (s * PanelProducts.PanelWidth), PanelProducts.PanelWidth))];

        public void Dispose()
        {
            NativeMemory.Free(_squares);
            NativeMemory.Free(_sums);
        }
    }
}

file static class Near
{
    public static void ShouldBeNear(this double[] actual, double[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 1e-6 * expected[i], $"element {i}");
        }
    }
}
