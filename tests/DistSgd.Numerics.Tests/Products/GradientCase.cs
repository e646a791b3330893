using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Tests.Support;

namespace DistSgd.Numerics.Tests.Products;

/// <summary>
/// The gradient of one layer in plain arrays, weight row-major, then bias, with its reference. Guard values stand around what a kernel writes.
/// </summary>
internal sealed unsafe class GradientCase
{
    private const int GuardLength = 16;

    private readonly int _aStride;
    private readonly int _dStride;
    private readonly AlignedVector _a;
    private readonly AlignedVector _d;
    private readonly AlignedVector _gradient;
    private readonly LayerPlace _place;

    public GradientCase(int examples, int inputs, int outputs, int extraStride = 0)
    {
        _aStride = inputs + extraStride;
        _dStride = outputs + extraStride;
        _a = RandomFloats.DrawAligned(1, examples * _aStride);
        _d = RandomFloats.DrawAligned(2, examples * _dStride);
        _place = new LayerPlace(inputs, outputs, GuardLength, GuardLength + (inputs * outputs));
        _gradient = new AlignedVector(_place.BiasOffset + outputs + GuardLength);
        _gradient.Span.Fill(ProductCase.Guard);
    }

    public TilePlace Gradient => new(_gradient.Pointer, isScratch: false);

    public void Run(params GradientRun[] runs)
    {
        fixed (GradientRun* first = runs)
        {
            PanelGradient.Accumulate(_a.Pointer, _aStride, _d.Pointer, _dStride, _place, first, runs.Length);
        }
    }

    public float[] Read()
    {
        _gradient.Span[..GuardLength].ContainsAnyExcept(ProductCase.Guard).ShouldBeFalse("the kernel wrote before the layer");
        _gradient.Span[^GuardLength..].ContainsAnyExcept(ProductCase.Guard).ShouldBeFalse("the kernel wrote behind the layer");
        Span<float> weight = _gradient.Span[_place.WeightOffset.._place.BiasOffset];
        Span<float> bias = _gradient.Span.Slice(_place.BiasOffset, _place.Outputs);
        return [.. PanelMatrix.Unpack(weight, _place.Inputs, _place.Outputs), .. bias];
    }

    /// <summary>One chain of fused multiply-adds over ascending examples for every weight, of additions for every bias.</summary>
    public float[] ScalarChain(int first, int count)
    {
        var gradient = new float[(_place.Inputs + 1) * _place.Outputs];
        for (int e = first; e < first + count; e++)
        {
            for (int i = 0; i <= _place.Inputs; i++)
            {
                float input = i == _place.Inputs ? 1 : _a.Span[(e * _aStride) + i];
                for (int o = 0; o < _place.Outputs; o++)
                {
                    ref float sum = ref gradient[(i * _place.Outputs) + o];
                    sum = MathF.FusedMultiplyAdd(input, _d.Span[(e * _dStride) + o], sum);
                }
            }
        }

        return gradient;
    }
}
