using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Training.Checkpoints;

/// <summary>Everything that evaluating or predicting needs: the parameters, how inputs are scaled, and what kind of model it is.</summary>
public class SavedModel
{
    /// <summary>Shapes of the layers and their places in <see cref="Parameters"/>.</summary>
    public required ParameterLayout Layout { get; init; }

    /// <summary>The parameters, a flat vector of <see cref="Layout"/>.</summary>
    public required AlignedVector Parameters { get; init; }

    /// <summary>Factor of each input feature: the network sees x · scale + shift; one element an input.</summary>
    public required float[] InputScale { get; init; }

    /// <summary>Summand of each input feature; one element an input.</summary>
    public required float[] InputShift { get; init; }

    /// <summary>Activation, loss, widths and classes as JSON; stored and handed back as it is.</summary>
    public required string ModelJson { get; init; }
}
