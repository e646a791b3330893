using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Models;

public sealed class MlpPassTests
{
    public static TheoryData<Activation, LossKind> Kinds => ModelCase.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_nan_among_the_inputs_reaches_loss_and_gradient(Activation activation, LossKind loss)
    {
        ModelCase model = ModelCase.Draw(activation, loss, inputs: 5, hidden: [7, 3], classes: 3, rows: 4);
        model.Inputs[8] = float.NaN; // in row 1
        (double[] losses, AlignedVector gradient) = model.Compute();
        losses.Select(double.IsFinite).ShouldBe([true, false, true, true]);
        float[] canonical = CanonicalOrder.Export(model.Architecture.CreateLayout(), gradient.Span);
        canonical.ShouldContain(g => float.IsNaN(g));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_nan_among_the_parameters_reaches_every_loss(Activation activation, LossKind loss)
    {
        ModelCase model = ModelCase.Draw(activation, loss, inputs: 5, hidden: [7, 3], classes: 3, rows: 4);
        model.Parameters[0] = float.NaN;
        model.Compute().Losses.ShouldAllBe(value => double.IsNaN(value));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public unsafe void What_a_row_gives_does_not_depend_on_the_rows_beside_it(Activation activation, LossKind loss)
    {
        ModelCase many = ModelCase.Draw(activation, loss, inputs: 21, hidden: [35, 18], classes: 4, rows: 23);
        AlignedVector parameters = many.FlatParameters();
        double[] losses = many.Compute().Losses;
        var alone = new MlpPass(many.Architecture, 1);
        var loss1 = new double[1];
        for (int r = 0; r < many.Rows; r++)
        {
            many.Input(r).CopyTo(new Span<float>(alone.Inputs, many.Architecture.Inputs));
            alone.Forward(parameters, 1);
            alone.EvaluateLosses(many.Targets, [r], loss1, new byte[1]);
            loss1[0].ShouldBe(losses[r]);
        }
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Gelu)]
    public unsafe void Outputs_agree_with_double_precision(Activation activation)
    {
        ModelCase model = ModelCase.Draw(activation, LossKind.CrossEntropy, inputs: 21, hidden: [35, 18], classes: 4, rows: 3);
        var pass = new MlpPass(model.Architecture, 3);
        model.Input(2).CopyTo(new Span<float>(pass.Inputs + (2 * pass.InputStride), 21));
        pass.Forward(model.FlatParameters(), 3);
        pass.Output(2).ToArray().ShouldBeCloseTo(
            new DoubleMlp(model.Architecture).Outputs(Array.ConvertAll(model.Parameters, p => (double)p), model.Input(2)), 1e-6, "outputs");
    }

    [Fact]
    public void More_rows_than_were_allocated_are_refused()
    {
        ModelCase model = ModelCase.Draw(Activation.Relu, LossKind.Mse, inputs: 5, hidden: [7], classes: 3, rows: 2);
        Should.Throw<ArgumentOutOfRangeException>(() => new MlpPass(model.Architecture, 4).Forward(model.FlatParameters(), 5));
        Should.Throw<ArgumentOutOfRangeException>(() => new MlpPass(model.Architecture, 0));
    }
}
