namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>Consecutive step windows merged until their means cover enough examples to be trusted. Skipped steps do not count.</summary>
internal sealed record AggregatedWindow
{
    /// <summary>When the last window was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>First step.</summary>
    public required long FirstStep { get; init; }

    /// <summary>Last step.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps that changed the parameters.</summary>
    public required long AppliedSteps { get; init; }

    /// <summary>Examples of those steps.</summary>
    public required long Examples { get; init; }

    /// <summary>Mean loss over the steps.</summary>
    public required double Loss { get; init; }

    /// <summary>Largest loss of a single step.</summary>
    public required double LossMax { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Accuracy over the examples; null for regression.</summary>
    public required double? Accuracy { get; init; }

    /// <summary>Mean norm of the gradient over the steps.</summary>
    public required double GradientNormMean { get; init; }

    /// <summary>Largest norm of the gradient.</summary>
    public required double GradientNormMax { get; init; }

    /// <summary>Step of the largest norm.</summary>
    public required long GradientNormMaxStep { get; init; }

    /// <summary>Worker of the slice with the largest norm, if told.</summary>
    public required string? LargestSliceWorker { get; init; }

    /// <summary>Shard of the slice with the largest norm, if told.</summary>
    public required int? LargestSliceShard { get; init; }

    /// <summary>The layers from the input; empty if they were not measured.</summary>
    public required IReadOnlyList<AggregatedLayer> Layers { get; init; }

    /// <summary>Mean weight-gradient norm of the first layer over that of the last; NaN with fewer than two layers.</summary>
    public double FirstToLastLayer => Layers.Count < 2 ? double.NaN : Layers[0].NormMean / Layers[^1].NormMean;
}

/// <summary>One layer of an <see cref="AggregatedWindow"/>.</summary>
/// <param name="NormMean">Mean norm of the weight matrix's gradient over the steps.</param>
/// <param name="NormMax">Largest norm of the weight matrix's gradient.</param>
/// <param name="MagnitudeSum">Sum of mean |g|, one term for each window, weighted with the examples of the step it was measured in.</param>
/// <param name="MagnitudeExamples">Sum of those weights.</param>
/// <param name="WeightNorm">Norm of the weight matrix after the last step.</param>
/// <param name="UpdateNorm">Norm of the last step's change of the weight matrix; NaN if not measured.</param>
internal readonly record struct AggregatedLayer(
    double NormMean, double NormMax, double MagnitudeSum, double MagnitudeExamples, double WeightNorm = double.NaN, double UpdateNorm = double.NaN)
{
    /// <summary>The change beside what it changes; NaN if not measured.</summary>
    public double UpdateRatio => UpdateNorm / WeightNorm;
}
