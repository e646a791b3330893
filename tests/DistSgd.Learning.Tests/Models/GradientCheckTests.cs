using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Models;

public sealed class GradientCheckTests
{
    // A gradient passes some tens of roundings of 6e-8 each; 1e-5 of the largest element leaves a factor of about ten.
    private const double Tolerance = 1e-5;

    public static TheoryData<Activation, LossKind> Kinds => ModelCase.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_of_a_deep_model_agree_with_central_differences(Activation activation, LossKind loss) =>
        Check(ModelCase.Draw(activation, loss, inputs: 5, hidden: [7, 3, 6], classes: 3, rows: 4));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_of_widths_that_need_padding_agree_with_central_differences(Activation activation, LossKind loss) =>
        Check(ModelCase.Draw(activation, loss, inputs: 19, hidden: [33, 17], classes: 18, rows: 5));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_of_one_example_of_two_classes_agree_with_central_differences(Activation activation, LossKind loss) =>
        Check(ModelCase.Draw(activation, loss, inputs: 4, hidden: [16], classes: 2, rows: 1));

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.Mse)]
    public void Gradients_of_a_linear_model_agree_with_central_differences(LossKind loss) =>
        Check(ModelCase.Draw(Activation.Relu, loss, inputs: 6, hidden: [], classes: 4, rows: 9));

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Tanh)]
    public void Gradients_of_a_regression_on_two_targets_agree_with_central_differences(Activation activation) =>
        Check(ModelCase.Draw(activation, LossKind.Mse, inputs: 6, hidden: [8], classes: 0, rows: 5));

    private static void Check(ModelCase model)
    {
        var oracle = new DoubleMlp(model.Architecture);
        double[] parameters = Array.ConvertAll(model.Parameters, p => (double)p);
        double[] losses = model.Compute().Losses;
        for (int r = 0; r < model.Rows; r++)
        {
            losses[r].ShouldBe(oracle.Loss(parameters, model.Input(r), model.Targets, r), Tolerance, $"loss of row {r}");
        }

        double[] expected = DoubleMlp.Gradient(
            parameters, p => Enumerable.Range(0, model.Rows).Sum(r => oracle.Loss(p, model.Input(r), model.Targets, r)));
        model.CanonicalGradient().ShouldBeCloseTo(expected, Tolerance, "gradient");
    }
}
