using System.Diagnostics;
using System.Globalization;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Benchmarks.Layers;

/// <summary>The three products of a layer against the processor's peak, in blocks of rows as training runs them.</summary>
internal static unsafe class ProductBenchmark
{
    private static readonly (int Inputs, int Outputs)[] Shapes = [(784, 128), (784, 512), (512, 256)];
    private static readonly int[] Rows = [32, 128, 512, 2048];

    /// <summary>Prints the table of the widest vectors, then, from a process of its own, that of 256 bits.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Console.WriteLine($"Products of a layer on one core, {VectorPath.Bits}-bit vectors: share of the FMA peak (median of {rounds})");
        Console.WriteLine($"{"inputs × outputs",-18}{"rows",6}{"peak GFLOP/s",14}{"A·B",8}{"A·Bᵀ",8}{"Aᵀ·B",8}");
        foreach ((int inputs, int outputs) in Shapes)
        {
            foreach (int rows in Rows)
            {
                var layer = new Products(inputs, outputs, rows);
                double[] seconds = Contest.Run(
                    [new FmaPeak(), new Loop("A·B", layer.Forward), new Loop("A·Bᵀ", layer.Backward), new Loop("Aᵀ·B", layer.Gradient)], rounds);
                double peak = FmaPeak.OperationsOfStep / seconds[0];
                double[] shares = [.. seconds[1..].Select(s => 2.0 * inputs * outputs * rows / s / peak)];
                Console.WriteLine($"{$"{inputs} × {outputs}",-18}{rows,6}{peak / 1e9,14:F0}{string.Concat(shares.Select(s => $"{s,8:F2}"))}");
            }
        }

        Console.WriteLine();
        if (VectorPath.Bits > 256)
        {
            RunNarrower(rounds);
        }
    }

    private static void RunNarrower(int rounds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["products", rounds.ToString(CultureInfo.InvariantCulture)]);
        start.Environment[VectorPath.Variable] = "256";
        using Process process = Process.Start(start) ?? throw new InputException($"{start.FileName}: cannot be started.");
        process.WaitForExit();
    }

    private sealed class Products
    {
        private readonly int _rows;
        private readonly LayerShape _layer;
        private readonly AlignedVector _parameters;
        private readonly AlignedVector _inputs;
        private readonly AlignedVector _outputs;
        private readonly AlignedVector _scratch;

        public Products(int inputs, int outputs, int rows)
        {
            _rows = rows;
            var layout = new ParameterLayout(inputs, outputs);
            _layer = layout.Layers[0];
            _parameters = new AlignedVector(layout.Length);
            _inputs = new AlignedVector(SliceGradients.MaxBlockRows * InputStride);
            _outputs = new AlignedVector(SliceGradients.MaxBlockRows * OutputStride);
            _scratch = new AlignedVector((_layer.PaddedOutputs + 1) * PanelProducts.PanelWidth);
        }

        private int InputStride => MlpPass.Stride(_layer.PaddedInputs);

        private int OutputStride => MlpPass.Stride(_layer.PaddedOutputs);

        public void Forward() => ForEachBlock((rows, _) => PanelProducts.Multiply(
            _inputs.Pointer, InputStride, _parameters.Pointer, _parameters.Pointer + _layer.BiasOffset, _outputs.Pointer, OutputStride, rows,
            _layer.Inputs, _layer.PaddedInputs, _layer.PaddedOutputs));

        public void Backward() => ForEachBlock((rows, _) => PanelProducts.MultiplyTransposed(
            _outputs.Pointer, OutputStride, _parameters.Pointer, _inputs.Pointer, InputStride, rows, _layer.PaddedInputs, _layer.Outputs,
            _scratch.Pointer));

        public void Gradient() => ForEachBlock((rows, first) =>
        {
            var target = new TilePlace(_parameters.Pointer, isScratch: false);
            var run = new GradientRun { Rows = rows, Start = first ? default : target, Target = target };
            PanelGradient.Accumulate(_inputs.Pointer, InputStride, _outputs.Pointer, OutputStride, _layer.Place, &run, 1);
        });

        private void ForEachBlock(Action<int, bool> run)
        {
            for (int done = 0; done < _rows; done += SliceGradients.MaxBlockRows)
            {
                run(Math.Min(SliceGradients.MaxBlockRows, _rows - done), done == 0);
            }
        }
    }
}
