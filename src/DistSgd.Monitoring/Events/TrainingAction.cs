namespace DistSgd.Monitoring.Events;

/// <summary>The server intervened in the training.</summary>
public sealed record TrainingAction : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "action";

    /// <summary>One of <see cref="TrainingActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>One of <see cref="ActionReasons"/>, or another short name in snake_case.</summary>
    public required string Reason { get; init; }

    /// <summary>The step it concerns.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of that step.</summary>
    public required int Epoch { get; init; }

    /// <summary>The worker that caused it, if one did.</summary>
    public string? Worker { get; init; }

    /// <summary>The shard that caused it, if one did.</summary>
    public int? Shard { get; init; }

    /// <summary>The layer nearest the input that is affected, if known.</summary>
    public int? Layer { get; init; }

    /// <summary>Indices into the training set of the slice's examples.</summary>
    public IReadOnlyList<int>? Examples { get; init; }

    /// <summary>What else is to be said, for people.</summary>
    public string? Detail { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Action {Action} at step {Step}: {Reason}";

    /// <inheritdoc/>
    public override EventLevel Level => Action == TrainingActions.Stop ? EventLevel.Error : EventLevel.Warning;

    /// <inheritdoc/>
    public override long? Position => Step;
}

/// <summary>Values of <see cref="TrainingAction.Action"/>.</summary>
public static class TrainingActions
{
    /// <summary>A slice was left out of the sum.</summary>
    public const string SkipSlice = "skip_slice";

    /// <summary>A step was left out.</summary>
    public const string SkipStep = "skip_step";

    /// <summary>The last checkpoint was taken again.</summary>
    public const string Rollback = "rollback";

    /// <summary>The learning rate was lowered.</summary>
    public const string LowerRate = "lower_rate";

    /// <summary>The learning rate was raised.</summary>
    public const string RaiseRate = "raise_rate";

    /// <summary>Momentum was added.</summary>
    public const string AddMomentum = "add_momentum";

    /// <summary>Clipping by norm was switched on.</summary>
    public const string Clip = "clip";

    /// <summary>The parameters were moved along the most negative curvature.</summary>
    public const string Perturb = "perturb";

    /// <summary>The run was stopped.</summary>
    public const string Stop = "stop";
}

/// <summary>Common values of <see cref="TrainingAction.Reason"/>.</summary>
public static class ActionReasons
{
    /// <summary>A gradient held a NaN or an infinity.</summary>
    public const string NonFiniteGradient = "nonfinite_gradient";

    /// <summary>A loss was NaN or infinite.</summary>
    public const string NonFiniteLoss = "nonfinite_loss";

    /// <summary>The new parameters held a NaN or an infinity.</summary>
    public const string NonFiniteParameters = "nonfinite_parameters";

    /// <summary>An alert was raised whose action is to stop; other actions have the name of their rule.</summary>
    public const string Alert = "alert";

    /// <summary>Too many steps in a row were skipped.</summary>
    public const string MaxSkippedSteps = "max_skipped_steps";
}
