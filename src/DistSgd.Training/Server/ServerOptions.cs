using DistSgd.Training.Checkpoints;

namespace DistSgd.Training.Server;

/// <summary>What the host tells a server at its start.</summary>
public sealed record ServerOptions
{
    /// <summary>Term: the number of this life of the run's server, from 1.</summary>
    public required int Term { get; init; }

    /// <summary>Where checkpoints go.</summary>
    public required ICheckpointStore Checkpoints { get; init; }

    /// <summary>Digest of the numeric part of the config, kept in every checkpoint.</summary>
    public required string ConfigDigest { get; init; }

    /// <summary>The model in words, kept in every checkpoint for predict and evaluate.</summary>
    public required string ModelJson { get; init; }

    /// <summary>The log up to here, the start of this life included: what the server decides about alerts follows from it.</summary>
    public IReadOnlyList<Monitoring.Events.TrainingEvent> Past { get; init; } = [];

    /// <summary>The checkpoint to continue from; null for a new run.</summary>
    public Checkpoint? ResumeFrom { get; init; }
}
