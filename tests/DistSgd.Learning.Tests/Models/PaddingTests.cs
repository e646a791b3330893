using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Models;

public sealed class PaddingTests
{
    public static TheoryData<Activation, LossKind> Kinds => ModelCase.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Padding_of_gradients_is_zero(Activation activation, LossKind loss)
    {
        ModelCase model = ModelCase.Draw(activation, loss, inputs: 5, hidden: [7, 19], classes: 3, rows: 6);
        ShouldBeZero(model.Architecture, model.Compute().Gradient);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Padding_of_parameters_stays_zero_in_training(Activation activation, LossKind loss)
    {
        TrainingData data = SmallRuns.Blobs(examples: 60, shards: 3);
        MlpArchitecture architecture = SmallRuns.Model(data, activation, loss, 7, 19);
        ShouldBeZero(architecture, ReferenceTrainer.Train(SmallRuns.Momentum(data, architecture, batch: 20, steps: 10)));
    }

    private static void ShouldBeZero(MlpArchitecture architecture, AlignedVector flat)
    {
        ParameterLayout layout = architecture.CreateLayout();
        float[] canonical = CanonicalOrder.Export(layout, flat.Span);
        canonical.ShouldContain(x => x != 0);
        var withoutPadding = new float[layout.Length];
        CanonicalOrder.Import(layout, canonical, withoutPadding);
        flat.Span.SequenceEqual(withoutPadding).ShouldBeTrue();
    }
}
