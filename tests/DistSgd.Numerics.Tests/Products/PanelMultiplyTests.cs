using DistSgd.Numerics.Random;
using DistSgd.Numerics.Tests.Support;

namespace DistSgd.Numerics.Tests.Products;

public sealed class PanelMultiplyTests
{
    [Fact]
    public void Products_have_the_bits_of_a_scalar_chain_at_every_number_of_rows_and_width()
    {
        foreach (int columns in new[] { 16, 32, 48, 64, 80 })
        {
            for (int rows = 1; rows <= 25; rows++)
            {
                var product = new ProductCase(rows, depth: 19, columns);
                product.Multiply(0, rows).ShouldBeBits(product.ScalarChain(), $"{rows} rows, {columns} columns");
            }
        }
    }

    [Fact]
    public void Products_of_random_shapes_and_strides_have_the_bits_of_a_scalar_chain()
    {
        var random = new RandomStream(21, StreamPurpose.Test);
        for (int i = 0; i < 60; i++)
        {
            int rows = 1 + random.NextInt(40), depth = 1 + random.NextInt(120), columns = 16 * (1 + random.NextInt(9));
            var product = new ProductCase(rows, depth, columns, (ulong)i);
            product.Multiply(0, rows, extraStride: random.NextInt(20), extraPanelRows: random.NextInt(16))
                .ShouldBeBits(product.ScalarChain(), $"[{rows}, {depth}] · [{depth}, {columns}]");
        }
    }

    [Theory]
    [InlineData(3, 784, 128)]
    [InlineData(7, 128, 784)]
    [InlineData(13, 10, 784)]
    public void Products_of_a_digit_classifier_have_the_bits_of_a_scalar_chain(int rows, int depth, int columns)
    {
        var product = new ProductCase(rows, depth, columns);
        product.Multiply(0, rows, extraStride: 16).ShouldBeBits(product.ScalarChain(), $"{depth} to {columns}");
    }

    [Fact]
    public void Without_depth_only_the_bias_is_left()
    {
        var product = new ProductCase(rows: 9, depth: 0, columns: 48);
        product.Multiply(0, 9).ShouldBeBits([.. Enumerable.Repeat(product.Bias, 9).SelectMany(row => row)], "bias");
    }

    [Fact]
    public void Products_are_close_to_double_precision()
    {
        const int Rows = 11, Depth = 500, Columns = 48;
        var product = new ProductCase(Rows, Depth, Columns);
        float[] actual = product.Multiply(0, Rows);
        for (int r = 0; r < Rows; r++)
        {
            for (int j = 0; j < Columns; j++)
            {
                double sum = product.Bias[j], magnitude = Math.Abs(sum);
                for (int k = 0; k < Depth; k++)
                {
                    double term = (double)product.A[(r * Depth) + k] * product.B[(k * Columns) + j];
                    sum += term;
                    magnitude += Math.Abs(term);
                }

                // Higham's bound for one rounding a term: n · u · Σ|terms|, u = 2^-24.
                ((double)actual[(r * Columns) + j]).ShouldBe(sum, Depth * Math.ScaleB(1, -24) * magnitude);
            }
        }
    }

    [Fact]
    public void The_product_of_a_stack_is_the_stack_of_the_products()
    {
        const int Rows = 37, Columns = 80;
        var product = new ProductCase(Rows, depth: 65, Columns);
        float[] whole = product.Multiply(0, Rows);
        foreach (int size in new[] { 1, 2, 3, 5, 8, 13, 36 })
        {
            for (int first = 0; first < Rows; first += size)
            {
                int count = Math.Min(size, Rows - first);
                product.Multiply(first, count).ShouldBeBits(
                    whole[(first * Columns)..((first + count) * Columns)], $"{count} rows from row {first}");
            }
        }
    }
}
