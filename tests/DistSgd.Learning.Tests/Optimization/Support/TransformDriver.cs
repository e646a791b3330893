using System.Numerics.Tensors;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Tests.Optimization.Support;

// Drives a transform as the server does, over a model of n − 1 inputs and one output: n parameters in logical order, padding in between.
internal sealed class TransformDriver
{
    private readonly int[] _places;
    private readonly AlignedVector _update;

    public TransformDriver(IGradientTransform transform, params ReadOnlySpan<float> parameters)
        : this(new GradientTransformChain(transform), parameters)
    {
    }

    public TransformDriver(GradientTransformChain transform, params ReadOnlySpan<float> parameters)
    {
        Transform = transform;
        Layout = new ParameterLayout(parameters.Length - 1, 1);
        LayerShape layer = Layout.Layers[0];
        _places = [.. Enumerable.Range(0, layer.Inputs).Select(i => layer.WeightIndex(0, i)), layer.BiasOffset];
        Vector = new AlignedVector(Layout.Length);
        _update = new AlignedVector(Layout.Length);
        Parameters = parameters.ToArray();
        transform.Init(Layout);
    }

    public GradientTransformChain Transform { get; }

    public ParameterLayout Layout { get; }

    public AlignedVector Vector { get; }

    public double LearningRate { get; set; } = 0.1;

    public double Momentum { get; set; }

    public long StepsDone { get; set; }

    public float[] Parameters
    {
        get => Read(Vector);
        set => Write(value, Vector);
    }

    // Every padding element of parameters, update and slots.
    public IEnumerable<float> Padding =>
        Transform.Slots.Select(slot => slot.Values).Append(Vector).Append(_update).SelectMany(PaddingOf);

    public float[] Slot(string name) => Read(Transform.Slots.Single(slot => slot.Name == name).Values);

    // One update; the parameters stay.
    public float[] Update(params ReadOnlySpan<float> gradient)
    {
        Transformed(gradient);
        return Read(_update);
    }

    // One whole step, without an allocation.
    public void Step(ReadOnlySpan<float> gradient)
    {
        Transformed(gradient);
        TensorPrimitives.Add(Vector.Span, _update.Span, Vector.Span);
    }

    private void Transformed(ReadOnlySpan<float> gradient)
    {
        Write(gradient, _update);
        double norm = Math.Sqrt(Reductions.SumOfSquares(_update.Span));
        Transform.Update(new UpdateContext(StepsDone, StepsDone, LearningRate, Momentum, norm), _update, Vector);
        StepsDone++;
    }

    private float[] Read(AlignedVector vector) => [.. _places.Select(place => vector.Span[place])];

    private void Write(ReadOnlySpan<float> logical, AlignedVector vector)
    {
        if (logical.Length != _places.Length)
        {
            throw new ArgumentException($"{logical.Length} elements for {_places.Length} parameters.", nameof(logical));
        }

        for (int i = 0; i < logical.Length; i++)
        {
            vector.Span[_places[i]] = logical[i];
        }
    }

    private IEnumerable<float> PaddingOf(AlignedVector vector) =>
        Enumerable.Range(0, vector.Length).Except(_places).Select(place => vector.Span[place]);
}
