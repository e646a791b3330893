using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Models;

public sealed class ParameterLayoutTests
{
    public static TheoryData<int[]> Widths => [[1, 1], [5, 7, 3], [784, 128, 10], [16, 32, 48, 16], [33, 17, 65], [2, 100]];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_parameter_has_a_place_of_its_own_inside_the_vector(int[] widths)
    {
        var layout = new ParameterLayout(widths);
        var places = new HashSet<int>();
        foreach (LayerShape layer in layout.Layers)
        {
            for (int o = 0; o < layer.Outputs; o++)
            {
                for (int i = 0; i < layer.Inputs; i++)
                {
                    int place = layer.WeightIndex(o, i);
                    place.ShouldBeInRange(layer.WeightOffset, layer.WeightOffset + layer.WeightLength - 1);
                    places.Add(place).ShouldBeTrue();
                }

                places.Add(layer.BiasOffset + o).ShouldBeTrue();
            }
        }

        places.Count.ShouldBe(layout.ParameterCount);
        places.Max().ShouldBeLessThan(layout.Length);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void What_is_imported_is_exported_and_padding_stays_zero(int[] widths)
    {
        var layout = new ParameterLayout(widths);
        float[] canonical = [.. Enumerable.Range(1, layout.ParameterCount).Select(i => (float)i)];
        var flat = new float[layout.Length];
        CanonicalOrder.Import(layout, canonical, flat);
        CanonicalOrder.Export(layout, flat).ShouldBe(canonical);
        flat.Count(x => x != 0).ShouldBe(layout.ParameterCount);
    }

    [Fact]
    public void Layers_follow_each_other_on_boundaries_of_sixteen()
    {
        var layout = new ParameterLayout(784, 128, 10);
        layout.Layers.Select(l => (l.Index, l.Inputs, l.Outputs, l.PaddedInputs, l.PaddedOutputs))
            .ShouldBe([(0, 784, 128, 784, 128), (1, 128, 10, 128, 16)]);
        layout.Layers.Select(l => (l.WeightOffset, l.WeightLength, l.BiasOffset, l.BiasLength))
            .ShouldBe([(0, 100352, 100352, 128), (100480, 2048, 102528, 16)]);
        layout.Length.ShouldBe(102544);
        layout.ParameterCount.ShouldBe(101770);
        layout.Inputs.ShouldBe(784);
        layout.Outputs.ShouldBe(10);
    }

    [Fact]
    public void A_layout_without_a_layer_or_with_an_empty_one_is_refused()
    {
        Should.Throw<ArgumentException>(() => new ParameterLayout(5));
        Should.Throw<ArgumentOutOfRangeException>(() => new ParameterLayout(5, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new ParameterLayout(0, 5));
        Should.Throw<OverflowException>(() => new ParameterLayout(100_000, 100_000));
    }
}
