using System.Text.Json.Serialization;
using DistSgd.Learning.Noise;

namespace DistSgd.Training.Checkpoints;

/// <summary>The scalars that a resumed run needs, beside parameters and optimizer slots, to continue with the same bits.</summary>
public sealed record TrainingState
{
    /// <summary>Number of completed steps, skipped ones included.</summary>
    public required long Step { get; init; }

    /// <summary>Number of updates applied, skipped steps not counted (the t of Adam's bias correction).</summary>
    public required long UpdateCount { get; init; }

    /// <summary>Number of steps skipped in a row up to now.</summary>
    public required int ConsecutiveSkippedSteps { get; init; }

    /// <summary>Number of rollbacks to the same parameters up to now.</summary>
    public int RollbacksInPlace { get; init; }

    /// <summary>The server's term, which grows with each start of a server.</summary>
    public required int Term { get; init; }

    /// <summary>Digest of the numeric part of the config, SHA-256 in hexadecimal.</summary>
    public required string ConfigDigest { get; init; }

    /// <summary>Digest of the data, SHA-256 in hexadecimal.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Lowest validation loss so far, infinity before the first evaluation.</summary>
    public double BestValidationLoss { get; init; } = double.PositiveInfinity;

    /// <summary>Number of evaluations since the lowest validation loss.</summary>
    public int EvaluationsSinceBest { get; init; }

    /// <summary>Whether the evaluation after the step was cut off, so that a resumed run begins with it.</summary>
    public bool EvaluationIsDue { get; init; }

    /// <summary>
    /// Modes ssp and async: number of slices that were applied of each shard, so that none is applied again; null in other modes. Beyond
    /// <see cref="Step"/> for each, they are of the steps that follow.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? ShardClocks { get; init; }

    /// <summary>What the noise scale is estimated from; null where it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NoiseSums? Noise { get; init; }

    /// <summary>What actions of the monitor have changed; null if there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Interventions? Interventions { get; init; }
}
