using DistSgd.Learning.Models;

namespace DistSgd.Training.Config;

/// <summary>The multilayer perceptron; its input and output widths come from the data.</summary>
public sealed record ModelConfig
{
    /// <summary>Widths of the hidden layers from the input on; empty for softmax regression.</summary>
    [ConfigKey("hidden", "Widths of the hidden layers from the input on; [] for softmax regression.", Min = 1, Max = 65_536, MaxItems = 64)]
    public LayerWidths Hidden { get; init; } = [128];

    /// <summary>Activation of the hidden layers.</summary>
    [ConfigKey("activation", "Activation of the hidden layers.")]
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Distribution of the initial weights.</summary>
    [ConfigKey("initialization", "Distribution of the initial weights.")]
    public Initialization Initialization { get; init; } = Initialization.He;
}
