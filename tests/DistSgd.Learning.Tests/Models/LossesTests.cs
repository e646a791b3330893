using DistSgd.Learning.Models;

namespace DistSgd.Learning.Tests.Models;

public sealed class LossesTests
{
    // Exponentials are single precision, correct to one or two units in the last place of 1.
    private const double Tolerance = 2.4e-7;

    [Fact]
    public void Cross_entropy_of_equal_logits_is_the_logarithm_of_the_classes()
    {
        (double loss, float[] gradient, _) = Evaluate(LossKind.CrossEntropy, [3, 3, 3, 3], label: 1);
        loss.ShouldBe(Math.Log(4), Tolerance);
        gradient.ShouldBe([0.25f, -0.75f, 0.25f, 0.25f], Tolerance);
    }

    [Fact]
    public void Binary_cross_entropy_of_a_zero_logit_is_the_logarithm_of_two()
    {
        (double loss, float[] gradient, bool correct) = Evaluate(LossKind.BinaryCrossEntropy, [0], label: 1, classes: 2);
        loss.ShouldBe(Math.Log(2), Tolerance);
        gradient.ShouldBe([-0.5f], Tolerance);
        correct.ShouldBeFalse(); // a tie goes to the lower class
    }

    [Fact]
    public void Binary_cross_entropy_over_three_classes_is_the_mean_over_the_outputs()
    {
        (double loss, float[] gradient, _) = Evaluate(LossKind.BinaryCrossEntropy, [0, 0, 0], label: 2);
        loss.ShouldBe(Math.Log(2), Tolerance);
        gradient.ShouldBe([0.5f / 3, 0.5f / 3, -0.5f / 3], Tolerance);
    }

    [Fact]
    public void Squared_error_compares_with_one_hot_labels()
    {
        (double loss, float[] gradient, bool correct) = Evaluate(LossKind.Mse, [0.5f, 2], label: 1);
        loss.ShouldBe((0.25 + 1) / 2);
        gradient.ShouldBe([0.5f, 1]);
        correct.ShouldBeTrue();
    }

    [Fact]
    public void Squared_error_of_a_regression_compares_with_the_targets_and_knows_no_right_class()
    {
        var outputs = new float[32];
        outputs[16] = 3;
        outputs[17] = -1;
        (double[] losses, byte[] correct) = (new double[2], new byte[2]);
        var architecture = new MlpArchitecture(1, [], 2, Activation.Relu, LossKind.Mse, Classes: 0);
        Losses.Evaluate(architecture, new Targets([], [1, 1, 0, 2]), [1, 0], 16, outputs, new float[32], losses, correct);
        losses.ShouldBe([(0.0 + 4) / 2, (4.0 + 4) / 2]);
        correct.ShouldBe([0, 0]);
        outputs[..2].ShouldBe([0, -2]);
        outputs[16..18].ShouldBe([2, -2]);
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy, 20000.0)]
    [InlineData(LossKind.BinaryCrossEntropy, 10000.0)]
    public void Extreme_logits_on_the_wrong_side_cost_their_distance_and_do_not_overflow(LossKind kind, double expected)
    {
        (double loss, float[] gradient, bool correct) = Evaluate(kind, [1e4f, -1e4f], label: 1);
        loss.ShouldBe(expected, Tolerance);
        float scale = kind == LossKind.CrossEntropy ? 1 : 0.5f;
        gradient.ShouldBe([scale, -scale]);
        correct.ShouldBeFalse();
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void Extreme_logits_on_the_right_side_cost_nothing(LossKind kind)
    {
        (double loss, float[] gradient, bool correct) = Evaluate(kind, [-1e4f, 1e4f], label: 1);
        loss.ShouldBe(0, Tolerance);
        gradient.ShouldAllBe(g => g == 0);
        correct.ShouldBeTrue();
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.Mse)]
    public void A_non_finite_output_makes_the_loss_non_finite_wherever_it_stands(LossKind kind)
    {
        for (int place = 0; place < 3; place++)
        {
            for (int label = 0; label < 3; label++)
            {
                foreach (float bad in new[] { float.NaN, float.PositiveInfinity })
                {
                    float[] outputs = [0.1f, 0.2f, 0.3f];
                    outputs[place] = bad;
                    double.IsFinite(Evaluate(kind, outputs, label).Loss).ShouldBeFalse($"{bad} at {place}, label {label}");
                }
            }
        }
    }

    [Fact]
    public void A_single_class_costs_nothing_however_large_its_logit()
    {
        foreach (float logit in new[] { -1e4f, 0, 1e4f })
        {
            (double loss, float[] gradient, _) = Evaluate(LossKind.CrossEntropy, [logit], label: 0, classes: 1);
            loss.ShouldBe(0, Tolerance);
            gradient.ShouldBe([0]);
        }
    }

    [Theory]
    [InlineData(new[] { 0.5f }, 1)]
    [InlineData(new[] { 0f }, 0)]
    [InlineData(new[] { -0.5f }, 0)]
    [InlineData(new[] { 1f, 3f, 2f }, 1)]
    [InlineData(new[] { 3f, 3f, 3f }, 0)]
    [InlineData(new[] { -3f, -2f }, 1)]
    public void The_predicted_class_is_the_largest_output_or_the_sign_of_one(float[] outputs, int expected) =>
        Losses.Predict(outputs).ShouldBe(expected);

    [Theory]
    [InlineData(LossKind.CrossEntropy, 10, 0, 10)]
    [InlineData(LossKind.BinaryCrossEntropy, 2, 0, 1)]
    [InlineData(LossKind.BinaryCrossEntropy, 5, 0, 5)]
    [InlineData(LossKind.Mse, 2, 0, 2)]
    [InlineData(LossKind.Mse, 0, 3, 3)]
    public void A_loss_asks_for_its_number_of_outputs(LossKind loss, int classes, int targetWidth, int expected) =>
        MlpArchitecture.OutputsFor(loss, classes, targetWidth).ShouldBe(expected);

    /// <summary>Evaluates one row and requires zeros in the padding of its gradient.</summary>
    private static (double Loss, float[] Gradient, bool Correct) Evaluate(LossKind kind, float[] logits, int label, int classes = 0)
    {
        const int Stride = 16;
        var outputs = new float[Stride];
        logits.CopyTo(outputs, 0);
        (double[] losses, byte[] correct) = (new double[1], new byte[1]);
        var architecture = new MlpArchitecture(1, [], logits.Length, Activation.Relu, kind, classes == 0 ? logits.Length : classes);
        Losses.Evaluate(architecture, new Targets([label], null), [0], Stride, outputs, new float[Stride], losses, correct);
        outputs.AsSpan(logits.Length).ContainsAnyExcept(0f).ShouldBeFalse();
        return (losses[0], outputs[..logits.Length], correct[0] == 1);
    }
}
