using DistSgd.Learning.Gradients;

namespace DistSgd.Training.Config;

/// <summary>Workers and how they keep together.</summary>
public sealed record ClusterConfig
{
    /// <summary>Number of workers; those beyond the shards stand by.</summary>
    [ConfigKey("workers", "Number of workers; those beyond the shards stand by.", Min = 1, Max = 1024, Numeric = false)]
    public int Workers { get; init; } = 2;

    /// <summary>When a step closes and how old a gradient may be.</summary>
    [ConfigKey("mode", "When a step closes and how old a gradient may be.")]
    public ConsistencyMode Mode { get; init; } = ConsistencyMode.Sync;

    /// <summary>How gradients are encoded between worker and server.</summary>
    [ConfigKey("encoding", "How gradients are encoded between worker and server.")]
    public GradientEncoding Encoding { get; init; } = GradientEncoding.Float32;
}

/// <summary>When a step closes and how old a gradient may be.</summary>
public enum ConsistencyMode
{
    /// <summary>A step waits for every slice of its batch: the same bits for any number of workers.</summary>
    Sync,
}
