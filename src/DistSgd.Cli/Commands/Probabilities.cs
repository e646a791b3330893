using DistSgd.Learning.Models;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Cli.Commands;

/// <summary>Turns the outputs of a model into what a person reads: probabilities of classes, or predicted values.</summary>
internal static class Probabilities
{
    public static void Fill(ModelDescription model, ReadOnlySpan<float> outputs, Span<double> values)
    {
        switch (model.Loss)
        {
            case LossKind.CrossEntropy:
                Softmax(outputs, values);
                break;
            case LossKind.BinaryCrossEntropy when outputs.Length == 1:
                values[1] = Sigmoid(outputs[0]);
                values[0] = 1 - values[1];
                break;
            default:
                for (int j = 0; j < outputs.Length; j++)
                {
                    values[j] = model.Loss == LossKind.BinaryCrossEntropy ? Sigmoid(outputs[j]) : outputs[j];
                }

                break;
        }
    }

    private static void Softmax(ReadOnlySpan<float> outputs, Span<double> values)
    {
        double largest = outputs[Losses.Predict(outputs)];
        double sum = 0;
        for (int j = 0; j < outputs.Length; j++)
        {
            values[j] = Math.Exp(outputs[j] - largest);
            sum += values[j];
        }

        for (int j = 0; j < outputs.Length; j++)
        {
            values[j] /= sum;
        }
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
