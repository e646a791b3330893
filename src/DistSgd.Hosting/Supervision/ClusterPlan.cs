using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;

namespace DistSgd.Hosting.Supervision;

/// <summary>What a supervisor is to do.</summary>
public sealed record ClusterPlan
{
    /// <summary>The run.</summary>
    public required RunDirectory Run { get; init; }

    /// <summary>How nodes are started.</summary>
    public required INodeLauncher Launcher { get; init; }

    /// <summary>What carries the cluster, for <c>cluster.json</c>.</summary>
    public string Engine { get; init; } = NodeEngine.EngineName;

    /// <summary>Where the server is to accept workers.</summary>
    public required NodeAddress Address { get; init; }

    /// <summary>Number of workers.</summary>
    public required int Workers { get; init; }

    /// <summary>Whether nodes that crashed are started again.</summary>
    public bool Respawns { get; init; } = true;
}

/// <summary>How a cluster ended.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Message">Why it failed; null if it did not.</param>
/// <param name="CanGoOn">Whether the run was cut off, so that it can go on.</param>
public sealed record ClusterEnd(int ExitCode, string? Message, bool CanGoOn);
