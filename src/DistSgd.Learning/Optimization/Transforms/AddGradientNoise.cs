using System.Runtime.CompilerServices;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>Adds normal noise of a fixed scale to the mean gradient, whatever the batch size, to help descent leave saddles.</summary>
/// <remarks>
/// The noise of a step is a pure function of seed and step. It is drawn layer by layer, weight [out, in] row by row, then bias,
/// so it does not depend on how the layout pads or orders the elements.
/// </remarks>
public sealed unsafe class AddGradientNoise : IGradientTransform
{
    private readonly double _scale;
    private readonly ulong _seed;
    private readonly RandomStream _stream;
    private AlignedVector _noise = new(0);
    private ParameterLayout? _layout;

    /// <summary>Creates the transform.</summary>
    /// <param name="scale">Standard deviation σ of each element's noise, at least 0.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is negative.</exception>
    public AddGradientNoise(double scale, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        _scale = scale;
        _seed = seed;
        _stream = new RandomStream(seed, StreamPurpose.GradientNoise);
    }

    /// <inheritdoc/>
    public string Name => "add_gradient_noise";

    /// <inheritdoc/>
    public void Init(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _layout = layout;
        _noise = new AlignedVector(layout.Length);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The transform has not been initialised.</exception>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule
    {
        if (_layout is null)
        {
            throw new InvalidOperationException($"{Name} must be initialised with a layout before its first update.");
        }

        _stream.Restart(_seed, StreamPurpose.GradientNoise, pass.Context.Step);

        // By index: enumerating the list through its interface would allocate an enumerator.
        for (int l = 0; l < _layout.Layers.Count; l++)
        {
            Draw(_layout.Layers[l]);
        }

        pass.Continue(before, new AddNoise(pass.StateOf(_noise)));
    }

    private void Draw(LayerShape layer)
    {
        Span<float> noise = _noise.Span;
        for (int o = 0; o < layer.Outputs; o++)
        {
            for (int i = 0; i < layer.Inputs; i++)
            {
                noise[layer.WeightIndex(o, i)] = NextNoise();
            }
        }

        foreach (ref float element in layer.Bias(noise))
        {
            element = NextNoise();
        }
    }

    private float NextNoise() => (float)(_scale * _stream.NextNormal());

    private readonly struct AddNoise(float* noise) : IUpdateRule
    {
        private readonly float* _noise = noise;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector update, TVector parameter, nint index)
            where TVector : struct, ISimdVector<TVector> => update + TVector.Load(_noise + index);
    }
}
