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

    /// <summary>Slices that a step of mode backup does without.</summary>
    [ConfigKey("backup", "Mode backup: slices that a step may close without, those of the slowest workers.", Min = 1, Max = 1023, Numeric = false)]
    public int Backup { get; init; } = 1;

    /// <summary>Steps that a shard may be ahead of the slowest in mode ssp.</summary>
    [ConfigKey("staleness", "Mode ssp: steps that a shard may be ahead of the slowest one, and so the age of its gradients.", Min = 0, Max = 1000, Numeric = false)]
    public int Staleness { get; init; } = 3;

    /// <summary>How gradients are encoded between worker and server.</summary>
    [ConfigKey("encoding", "How gradients are encoded between worker and server.")]
    public GradientEncoding Encoding { get; init; } = GradientEncoding.Float32;

    /// <summary>Seconds after which a node that was not heard of is lost.</summary>
    [ConfigKey("heartbeat_limit", "Seconds after which a node that was not heard of is lost and its shards move.", Min = 0.2, Max = 600, Numeric = false)]
    public double HeartbeatLimit { get; init; } = 3;

    /// <summary>Seconds that the server waits for the other workers once the first has joined.</summary>
    [ConfigKey("join_wait", "Seconds that a run waits for its other workers once the first has joined; later ones join while it runs.", Min = 0, Max = 86400, Numeric = false)]
    public double JoinWait { get; init; } = 10;
}

/// <summary>When a step closes and how old a gradient may be.</summary>
public enum ConsistencyMode
{
    /// <summary>A step waits for every slice of its batch: the same bits for any number of workers.</summary>
    Sync,

    /// <summary>A step does without the last <c>cluster.backup</c> slices, which are dropped (Chen et al., 2016).</summary>
    Backup,

    /// <summary>Stale synchronous parallel: each slice is applied as it comes; no shard is more than <c>cluster.staleness</c> steps ahead (Ho et al., 2013).</summary>
    Ssp,

    /// <summary>Each slice is applied as it comes, however old (Recht et al., 2011).</summary>
    Async,
}
