namespace DistSgd.Monitoring.Events;

/// <summary>How the units of one layer respond to a fixed sample of training examples. Written for every layer, from the input on.</summary>
/// <remarks>
/// Measured by the workers before the first step and then once in so many examples (<c>monitor.activations_every</c>), at the parameters after
/// <see cref="Step"/>. Nothing of it changes what is trained.
/// </remarks>
public sealed record ActivationMeasurement : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "activation";

    /// <summary>The layer, 0 next to the input; the last one gives the outputs.</summary>
    public required int Layer { get; init; }

    /// <summary>Completed steps.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>Number of examples.</summary>
    public required int Examples { get; init; }

    /// <summary>Number of units.</summary>
    public required int Units { get; init; }

    /// <summary>Mean of the pre-activations over units and examples.</summary>
    public required double PreActivationMean { get; init; }

    /// <summary>Variance of the pre-activations over units and examples.</summary>
    public required double PreActivationVariance { get; init; }

    /// <summary>Units of a ReLU layer that are active on fewer than 1 % of the examples; null in other layers.</summary>
    public int? InactiveUnits { get; init; }

    /// <summary>Share of saturated units, over units and examples, of a tanh or sigmoid layer; null in other layers.</summary>
    public double? SaturatedShare { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Layer {Layer} at step {Step}: variance of the pre-activations {PreActivationVariance}";

    /// <inheritdoc/>
    public override long? Position => Step;
}
