using DistSgd.Learning.Models;

namespace DistSgd.Learning.Tests.Support;

/// <summary>
/// An MLP in plain double precision, written from the definitions: the oracle of every forward pass, loss and gradient.
/// Parameters are in <see cref="CanonicalOrder"/>; gradients are central differences, so no derivative is written down twice.
/// </summary>
internal sealed class DoubleMlp(MlpArchitecture architecture)
{
    // Truncation (about h²) and cancellation (about 1e-16 / h) are then both below 1e-10.
    private const double Step = 1e-5;

    public static double Activate(Activation kind, double z) => kind switch
    {
        Activation.Relu => Math.Max(0, z),
        Activation.LeakyRelu => z > 0 ? z : 0.01 * z,
        Activation.Tanh => Math.Tanh(z),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-z)),
        Activation.Gelu => 0.5 * z * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (z + (0.044715 * z * z * z)))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public double[] Outputs(double[] parameters, ReadOnlySpan<float> input)
    {
        double[] a = Array.ConvertAll(input.ToArray(), x => (double)x);
        int offset = 0;
        for (int l = 1; l < architecture.Widths.Count; l++)
        {
            var z = new double[architecture.Widths[l]];
            for (int o = 0; o < z.Length; o++)
            {
                z[o] = parameters[offset + (z.Length * a.Length) + o];
                for (int i = 0; i < a.Length; i++)
                {
                    z[o] += parameters[offset + (o * a.Length) + i] * a[i];
                }
            }

            offset += (a.Length + 1) * z.Length;
            a = l == architecture.Widths.Count - 1 ? z : Array.ConvertAll(z, x => Activate(architecture.Activation, x));
        }

        return a;
    }

    public double Loss(double[] parameters, ReadOnlySpan<float> input, Targets targets, int example)
    {
        double[] z = Outputs(parameters, input);
        double[] t = Expected(targets, example);
        return architecture.Loss switch
        {
            LossKind.CrossEntropy => z.Max() + Math.Log(z.Sum(x => Math.Exp(x - z.Max()))) - z[targets.Labels[example]],
            LossKind.BinaryCrossEntropy => z.Zip(t, (x, y) => Math.Max(x, 0) - (x * y) + Math.Log(1 + Math.Exp(-Math.Abs(x)))).Average(),
            LossKind.Mse => z.Zip(t, (x, y) => (x - y) * (x - y)).Average(),
            _ => throw new InvalidOperationException(),
        };
    }

    public bool IsCorrect(double[] parameters, ReadOnlySpan<float> input, int label)
    {
        double[] z = Outputs(parameters, input);
        return label == (z.Length == 1 ? (z[0] > 0 ? 1 : 0) : Array.IndexOf(z, z.Max()));
    }

    /// <summary>Gradient of any function of the parameters.</summary>
    public static double[] Gradient(double[] parameters, Func<double[], double> function)
    {
        var gradient = new double[parameters.Length];
        double[] moved = [.. parameters];
        for (int i = 0; i < gradient.Length; i++)
        {
            moved[i] = parameters[i] + Step;
            double above = function(moved);
            moved[i] = parameters[i] - Step;
            double below = function(moved);
            moved[i] = parameters[i];
            gradient[i] = (above - below) / (2 * Step);
        }

        return gradient;
    }

    private double[] Expected(Targets targets, int example)
    {
        int outputs = architecture.Outputs;
        if (targets.Values is { } values)
        {
            return [.. Enumerable.Range(0, outputs).Select(j => (double)values[(example * outputs) + j])];
        }

        int label = targets.Labels[example];
        return outputs == 1 ? [label] : [.. Enumerable.Range(0, outputs).Select(j => j == label ? 1.0 : 0.0)];
    }
}
