namespace DistSgd.Monitoring.Events;

/// <summary>What the steps of one window measured, as the server saw them. Its <see cref="LayerWindow"/> events follow.</summary>
/// <remarks>
/// A window ends at every multiple of <c>log.step_every</c>, at an evaluation, at a checkpoint and at the end of the run.
/// Means, minima, maxima and <see cref="Examples"/> are over the steps that changed the parameters; if all were skipped they are NaN
/// (<see cref="Examples"/> 0). Gradient norms are those of the mean gradient of the batch before clipping.
/// </remarks>
public sealed record StepWindow : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "step";

    /// <summary>Largest age that <see cref="Staleness"/> tells from others.</summary>
    public const int AgesMax = 255;

    /// <summary>A shard whose gradients are so many times larger than those of the others is named with its examples.</summary>
    public const double OutlierFactor = 3;

    /// <summary>Last step of the window.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>First step of the window.</summary>
    public required long FirstStep { get; init; }

    /// <summary>Number of steps, skipped ones included.</summary>
    public required int Count { get; init; }

    /// <summary>Number of skipped steps.</summary>
    public required int Skipped { get; init; }

    /// <summary>Examples that went into the parameters; those of skipped slices and steps did not.</summary>
    public required long Examples { get; init; }

    /// <summary>Mean training loss of the steps.</summary>
    public required double LossMean { get; init; }

    /// <summary>Smallest training loss of a step.</summary>
    public required double LossMin { get; init; }

    /// <summary>Largest training loss of a step.</summary>
    public required double LossMax { get; init; }

    /// <summary>Fraction of the window's examples classified correctly before the update; null for regression.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Mean norm of the gradient.</summary>
    public required double GradientNormMean { get; init; }

    /// <summary>Smallest norm of the gradient.</summary>
    public required double GradientNormMin { get; init; }

    /// <summary>Largest norm of the gradient.</summary>
    public required double GradientNormMax { get; init; }

    /// <summary>Step of the largest norm of the gradient; null if all steps were skipped.</summary>
    public long? GradientNormMaxStep { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Momentum of the last step.</summary>
    public required double Momentum { get; init; }

    /// <summary>Number of steps whose gradient was clipped.</summary>
    public required int Clipped { get; init; }

    /// <summary>Largest norm of the mean gradient of a single slice.</summary>
    public double? LargestSliceNorm { get; init; }

    /// <summary>Worker of that slice.</summary>
    public string? LargestSliceWorker { get; init; }

    /// <summary>Shard of that slice.</summary>
    public int? LargestSliceShard { get; init; }

    /// <summary>Step of that slice.</summary>
    public long? LargestSliceStep { get; init; }

    /// <summary>
    /// Shard whose slices have the largest gradients: by the mean norm of its slices' mean gradients over the window; null with a single
    /// shard, or if no slice was finite.
    /// </summary>
    public int? LargestShard { get; init; }

    /// <summary>That mean norm.</summary>
    public double? LargestShardNorm { get; init; }

    /// <summary>Median of the other shards' mean norms.</summary>
    public double? OtherShardsNorm { get; init; }

    /// <summary>Worker that held the shard last.</summary>
    public string? LargestShardWorker { get; init; }

    /// <summary>
    /// Indices into the training set of the shard's last slice in the window, if its norm is more than <see cref="OutlierFactor"/> times that
    /// of the others; null otherwise.
    /// </summary>
    public IReadOnlyList<int>? LargestShardExamples { get; init; }

    /// <summary>
    /// The ledger of staleness: how many of the window's slices were applied to parameters that were 0, 1, 2 ... updates newer than those
    /// that they were computed at; the last entry stands for <see cref="AgesMax"/> and more. In mode sync all stand in the first.
    /// </summary>
    public IReadOnlyList<int> Staleness { get; init; } = [];

    /// <summary>First step with a NaN or an infinity in a loss, a gradient or a parameter; null if there was none.</summary>
    public long? FirstNonFiniteStep { get; init; }

    /// <summary>
    /// Seconds in which the last step's slices were summed and measured at the server; null if that step was skipped, or in an older log.
    /// </summary>
    public double? ReduceSeconds { get; init; }

    /// <summary>Seconds of the last step's update: transforms, new parameters; null if that step was skipped, or in an older log.</summary>
    public double? UpdateSeconds { get; init; }

    /// <summary>Wall time of the window in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Examples per second of wall time, skipped ones included.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate =>
        "Step {Step}: loss {LossMean}, gradient norm {GradientNormMean}, learning rate {LearningRate}";

    /// <inheritdoc/>
    public override long? Position => Step;
}
