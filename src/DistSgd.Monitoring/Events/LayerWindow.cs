namespace DistSgd.Monitoring.Events;

/// <summary>What the steps of a window measured in one layer. Follows its <see cref="StepWindow"/>, layers from the input on.</summary>
/// <remarks>Means and maxima are over the steps that changed the parameters, before clipping; NaN if all were skipped.</remarks>
public sealed record LayerWindow : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "layer";

    /// <summary>The layer, 0 next to the input.</summary>
    public required int Layer { get; init; }

    /// <summary>Last step of the window.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>First step of the window.</summary>
    public required long FirstStep { get; init; }

    /// <summary>Number of steps, skipped ones included.</summary>
    public required int Count { get; init; }

    /// <summary>Mean norm of the weight matrix's gradient.</summary>
    public required double WeightGradientNormMean { get; init; }

    /// <summary>Largest norm of the weight matrix's gradient.</summary>
    public required double WeightGradientNormMax { get; init; }

    /// <summary>Step of the largest norm; null if all steps were skipped.</summary>
    public long? WeightGradientNormMaxStep { get; init; }

    /// <summary>Mean norm of the bias's gradient.</summary>
    public required double BiasGradientNormMean { get; init; }

    /// <summary>Mean |g| over the layer's weights and biases at the last step of the window; NaN if that step was skipped.</summary>
    public required double GradientMeanMagnitude { get; init; }

    /// <summary>Norm of the weight matrix after the last step.</summary>
    public required double WeightNorm { get; init; }

    /// <summary>Norm of the weight matrix's change in the last step; null if that step was skipped, or in an older log.</summary>
    public double? UpdateNorm { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Layer {Layer} at step {Step}: weight gradient norm {WeightGradientNormMean}";

    /// <inheritdoc/>
    public override long? Position => Step;
}
