using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Peers;

public sealed class TorchGradientTests
{
    // PyTorch calculates in double precision here, so this is our own single-precision rounding, as in the gradient checks.
    private const double Tolerance = 1e-5;

    [SkippableFact]
    public void Losses_and_gradients_are_those_of_pytorch_for_every_activation_and_loss()
    {
        ModelCase[] models =
        [
            .. from activation in Enum.GetValues<Activation>()
               from loss in Enum.GetValues<LossKind>()
               from classes in new[] { 2, 10 }
               select ModelCase.Draw(activation, loss, inputs: 37, hidden: [50, 20], classes, rows: 24, seed: (ulong)classes),
        ];
        Answer[] answers = TorchPeer.Ask<Answer[]>("torch_gradients.py", models.Select(Describe));
        answers.Length.ShouldBe(models.Length);
        foreach ((ModelCase model, Answer answer) in models.Zip(answers))
        {
            string what = $"{model.Architecture.Activation}, {model.Architecture.Loss}, {model.Architecture.Classes} classes";
            model.Compute().Losses.ShouldBe(answer.Losses, Tolerance, what);
            model.CanonicalGradient().ShouldBeCloseTo(answer.Gradient, Tolerance, what);
        }
    }

    private static Dictionary<string, object> Describe(ModelCase model)
    {
        Dictionary<string, object> question = TorchPeer.Describe(model.Architecture, model.Parameters);
        question["inputs"] = TorchPeer.Rows(model.Inputs, model.Architecture.Inputs);
        question["labels"] = model.Targets.Labels;
        return question;
    }

    private sealed record Answer(double[] Losses, double[] Gradient);
}
