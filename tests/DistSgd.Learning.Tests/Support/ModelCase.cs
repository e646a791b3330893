using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Support;

/// <summary>A model with random parameters and a random batch, and what <see cref="MlpPass"/> makes of them.</summary>
internal sealed class ModelCase
{
    private ModelCase(MlpArchitecture architecture, float[] parameters, float[] inputs, Targets targets)
    {
        Architecture = architecture;
        Parameters = parameters;
        Inputs = inputs;
        Targets = targets;
    }

    /// <summary>Every activation with every loss.</summary>
    public static TheoryData<Activation, LossKind> Kinds
    {
        get
        {
            var kinds = new TheoryData<Activation, LossKind>();
            foreach (Activation activation in Enum.GetValues<Activation>())
            {
                foreach (LossKind loss in Enum.GetValues<LossKind>())
                {
                    kinds.Add(activation, loss);
                }
            }

            return kinds;
        }
    }

    public MlpArchitecture Architecture { get; }

    /// <summary>In <see cref="CanonicalOrder"/>.</summary>
    public float[] Parameters { get; }

    /// <summary>[rows, inputs]</summary>
    public float[] Inputs { get; }

    public Targets Targets { get; }

    public int Rows => Inputs.Length / Architecture.Inputs;

    /// <summary>A classifier, or with 0 classes a regression on two targets.</summary>
    public static ModelCase Draw(Activation activation, LossKind loss, int inputs, int[] hidden, int classes, int rows, ulong seed = 1)
    {
        var architecture = new MlpArchitecture(
            inputs, hidden, MlpArchitecture.OutputsFor(loss, classes, targetWidth: 2), activation, loss, classes);
        var random = new RandomStream(seed, StreamPurpose.Test);
        var parameters = new List<float>();
        foreach (LayerShape layer in architecture.CreateLayout().Layers)
        {
            double deviation = 1.5 / Math.Sqrt(layer.Inputs);
            parameters.AddRange(Enumerable.Range(0, layer.Inputs * layer.Outputs).Select(_ => (float)(deviation * random.NextNormal())));
            parameters.AddRange(Enumerable.Range(0, layer.Outputs).Select(_ => (float)(0.5 * random.NextNormal())));
        }

        float[] features = [.. Enumerable.Range(0, rows * inputs).Select(_ => (float)random.NextNormal())];
        Targets targets = classes > 0
            ? new Targets([.. Enumerable.Range(0, rows).Select(_ => random.NextInt(classes))], null)
            : new Targets([], [.. Enumerable.Range(0, rows * 2).Select(_ => (float)random.NextNormal())]);
        return new ModelCase(architecture, [.. parameters], features, targets);
    }

    public ReadOnlySpan<float> Input(int row) => Inputs.AsSpan(row * Architecture.Inputs, Architecture.Inputs);

    public AlignedVector FlatParameters()
    {
        ParameterLayout layout = Architecture.CreateLayout();
        var flat = new AlignedVector(layout.Length);
        CanonicalOrder.Import(layout, Parameters, flat.Span);
        return flat;
    }

    /// <summary>Losses of the rows and the gradient of their sum, as a flat vector.</summary>
    public unsafe (double[] Losses, AlignedVector Gradient) Compute()
    {
        var pass = new MlpPass(Architecture, Rows);
        AlignedVector parameters = FlatParameters();
        for (int r = 0; r < Rows; r++)
        {
            Input(r).CopyTo(new Span<float>(pass.Inputs + (r * pass.InputStride), Architecture.Inputs));
        }

        var losses = new double[Rows];
        pass.Forward(parameters, Rows);
        pass.EvaluateLosses(Targets, [.. Enumerable.Range(0, Rows)], losses, new byte[Rows]);
        pass.BackwardErrors(parameters, Rows);
        var gradient = new AlignedVector(parameters.Length);
        var all = new GradientRun { Rows = Rows, Target = new TilePlace(gradient.Pointer, isScratch: false) };
        pass.WeightGradient(&all, 1);
        return (losses, gradient);
    }

    public float[] CanonicalGradient() => CanonicalOrder.Export(Architecture.CreateLayout(), Compute().Gradient.Span);
}
