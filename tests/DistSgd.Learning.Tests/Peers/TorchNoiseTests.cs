using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Noise;
using DistSgd.Learning.Tests.Noise;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Peers;

public sealed class TorchNoiseTests
{
    [SkippableFact]
    public void Norms_of_single_gradients_are_those_of_pytorch()
    {
        SingleGradients[] nets =
        [
            .. from activation in Enum.GetValues<Activation>()
               from loss in Enum.GetValues<LossKind>()
               select new SingleGradients(activation, loss, examples: 45),
        ];
        Answer[] answers = TorchPeer.Ask<Answer[]>("torch_noise.py", nets.Select(Describe));
        foreach ((SingleGradients net, Answer answer) in nets.Zip(answers))
        {
            var exact = new ExactNoise(net.Layout, net.Parameters, answer.Norms.Length);
            net.Curvature.Run(exact.Requests());
            exact.Whole.SquaredNorm.ShouldBe(answer.SquaredNorm, 1e-4 * answer.SquaredNorm);
            double trace = (answer.Norms.Sum(norms => norms.Sum()) - (answer.Norms.Length * answer.SquaredNorm)) / (answer.Norms.Length - 1);
            exact.Whole.Trace.ShouldBe(trace, 1e-5 * trace);
            for (int layer = 0; layer < exact.Layers.Count; layer++)
            {
                // The mean square of a layer's norms, which no gradient was formed for.
                double square = answer.Norms.Average(norms => norms[layer]);
                GradientNoise ours = exact.Layers[layer];
                ((ours.Trace * (answer.Norms.Length - 1) / answer.Norms.Length) + ours.SquaredNorm).ShouldBe(square, 1e-5 * square);
            }
        }
    }

    private static Dictionary<string, object> Describe(SingleGradients net)
    {
        Dictionary<string, object> question = TorchPeer.Describe(net.Architecture, CanonicalOrder.Export(net.Layout, net.Parameters.Span));
        Examples train = net.Data.Dataset.Train;
        question["inputs"] = TorchPeer.Rows(train.Floats!, train.Width);
        question["labels"] = train.Labels;
        return question;
    }

    private sealed record Answer(double[][] Norms, double SquaredNorm);
}
