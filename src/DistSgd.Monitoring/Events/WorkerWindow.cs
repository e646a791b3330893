namespace DistSgd.Monitoring.Events;

/// <summary>How long a worker took to answer in the steps of a window: from the server's command to the last of its slices.</summary>
/// <remarks>
/// Follows the window's <see cref="StepWindow"/> and layers. It holds computing, waiting for a core and both ways through the network. Workers of one
/// process wait for each other's cores, so the last of them answers up to twice as late as the median.
/// </remarks>
public sealed record WorkerWindow : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "worker";

    /// <summary>The worker.</summary>
    public required string Worker { get; init; }

    /// <summary>Last step of the window.</summary>
    public required long Step { get; init; }

    /// <summary>Epoch of the last step.</summary>
    public required int Epoch { get; init; }

    /// <summary>Number of answers.</summary>
    public required int Count { get; init; }

    /// <summary>Mean time of an answer in seconds.</summary>
    public required double ResponseSecondsMean { get; init; }

    /// <summary>Longest time of an answer in seconds.</summary>
    public required double ResponseSecondsMax { get; init; }

    /// <summary>Mean time that the worker itself computed for an answer, in seconds; null in an older log. The rest is the way there and back.</summary>
    public double? ComputeSecondsMean { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate => "Worker {Worker} answered {Count} times up to step {Step}, in {ResponseSecondsMean} s";

    /// <inheritdoc/>
    public override long? Position => Step;
}
