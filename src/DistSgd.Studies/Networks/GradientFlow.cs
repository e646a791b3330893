using DistSgd.Learning.Models;
using DistSgd.Numerics;

namespace DistSgd.Studies.Networks;

/// <summary>What a net starts from.</summary>
/// <param name="Activation">Activation of the hidden layers.</param>
/// <param name="Initialization">Distribution of the weights.</param>
internal sealed record NetStart(Activation Activation, Initialization Initialization)
{
    /// <summary>True for the distribution that was made for the activation.</summary>
    public bool IsUsual => Initialization == (Activation is Activation.Relu or Activation.LeakyRelu or Activation.Gelu ? Initialization.He : Initialization.Xavier);

    /// <summary>The activation as a config writes it.</summary>
    public string ActivationName => Activation == Activation.LeakyRelu ? "leaky_relu" : Activation.ToString().ToLowerInvariant();

    /// <summary>The distribution as a config writes it.</summary>
    public string InitializationName => Initialization.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => $"{ActivationName}, {InitializationName}";
}

/// <summary>The gradient of a net at its start, layer by layer.</summary>
/// <param name="Start">What it starts from.</param>
/// <param name="Depth">Number of hidden layers.</param>
/// <param name="Norms">Norm of the gradient of each weight matrix, from the input on.</param>
internal sealed record GradientFlow(NetStart Start, int Depth, IReadOnlyList<double> Norms)
{
    /// <summary>Norm of the first layer as a part of that of the last.</summary>
    public double Ratio => Norms[0] / Norms[^1];

    /// <summary>
    /// By how much the norm changes from a layer to the one before it: fitted over the hidden layers of equal shape, so all but the first
    /// and the last; null where there are fewer than two of them.
    /// </summary>
    public double? FactorTowardsInput => Depth < 3 ? null : Math.Exp(
        -LineFit.Slope([.. Enumerable.Range(1, Depth - 1).Select(layer => (double)layer)], [.. Norms.Skip(1).SkipLast(1).Select(value => Math.Log(value))]));
}

/// <summary>A net of some depth after training.</summary>
/// <param name="Start">What it started from.</param>
/// <param name="Depth">Number of hidden layers.</param>
/// <param name="Training">What training made of it.</param>
internal sealed record DeepNet(NetStart Start, int Depth, TrainedNet Training)
{
    /// <summary>Fraction of the examples that it has right.</summary>
    public double Accuracy => Training.End.Accuracy;
}
