using DistSgd.Hosting.Node;

namespace DistSgd.Hosting.Engines;

/// <summary>Where the node of a server is, and what it needs to find the others.</summary>
public sealed record ServerPlace
{
    /// <summary>What other nodes connect to.</summary>
    public required NodeAddress Listen { get; init; }

    /// <summary>Where gradients and parameters travel, if not at <see cref="Listen"/>; null for what the engine chooses.</summary>
    public NodeAddress? Data { get; init; }

    /// <summary>The servers of the run, this one among them; empty if it is the only one.</summary>
    public IReadOnlyList<NodeAddress> Servers { get; init; } = [];

    /// <summary>The secret of the run; null if it is not made yet.</summary>
    public byte[]? Token { get; init; }

    /// <summary>File for what the engine itself has to tell; null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Receives lines for a person.</summary>
    public Action<string> Notice { get; init; } = static _ => { };
}

/// <summary>Where a worker looks for its server.</summary>
public sealed record WorkerPlace
{
    /// <summary>Name of the worker.</summary>
    public required string Name { get; init; }

    /// <summary>The servers of the run, at least one.</summary>
    public required IReadOnlyList<NodeAddress> Servers { get; init; }

    /// <summary>The secret of the run.</summary>
    public required byte[] Token { get; init; }

    /// <summary>File for what the engine itself has to tell; null for none.</summary>
    public string? LogPath { get; init; }
}
