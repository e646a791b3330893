namespace DistSgd.Learning.Models;

/// <summary>What an MLP computes: widths, hidden activation, loss.</summary>
/// <param name="Inputs">Number of features.</param>
/// <param name="Hidden">Widths of the hidden layers from the input on; empty for a linear model.</param>
/// <param name="Outputs">Number of outputs (logits, or predicted values).</param>
/// <param name="Activation">Activation of the hidden layers.</param>
/// <param name="Loss">Loss of one example.</param>
/// <param name="Classes">Number of classes, 0 for regression.</param>
public sealed record MlpArchitecture(int Inputs, IReadOnlyList<int> Hidden, int Outputs, Activation Activation, LossKind Loss, int Classes)
{
    /// <summary>Number of inputs, then the width of every layer.</summary>
    public IReadOnlyList<int> Widths => [Inputs, .. Hidden, Outputs];

    /// <summary>True where a prediction is a class, so that accuracy means something.</summary>
    public bool IsClassifier => Classes > 0;

    /// <summary>Number of outputs that a loss needs.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="classes">Number of classes, 0 for regression.</param>
    /// <param name="targetWidth">Number of real targets of an example, used for regression.</param>
    /// <returns>One logit for binary cross-entropy over two classes, else one output a class or target.</returns>
    public static int OutputsFor(LossKind loss, int classes, int targetWidth) =>
        classes == 0 ? targetWidth : loss == LossKind.BinaryCrossEntropy && classes == 2 ? 1 : classes;

    /// <summary>The layout of the parameters.</summary>
    /// <returns>A new layout; equal architectures give equal layouts.</returns>
    public ParameterLayout CreateLayout() => new([.. Widths]);
}
