using System.Globalization;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;
using DistSgd.Training.Actors;

namespace DistSgd.Hosting.Supervision;

/// <summary>Starts nodes as this program's commands <c>node server</c> and <c>node worker</c>.</summary>
public sealed record NodeCommandLines : INodeLauncher
{
    /// <summary>The run.</summary>
    public required RunDirectory Run { get; init; }

    /// <summary>Config file of a new run; null to resume one.</summary>
    public required string? ConfigPath { get; init; }

    /// <summary>Changes to the config, <c>KEY=VALUE</c>; for a run that is resumed those that it allows.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Number of workers.</summary>
    public required int Workers { get; init; }

    /// <summary>Where the server answers <c>/healthz</c>; null for nowhere.</summary>
    public string? Health { get; init; }

    /// <summary>What carries the cluster.</summary>
    public string Engine { get; init; } = NodeEngine.EngineName;

    /// <summary>Where gradients and parameters travel, if the engine is to have a place of its own for them.</summary>
    public NodeAddress? Data { get; init; }

    /// <inheritdoc/>
    public NodeStart Server(NodeAddress address)
    {
        // A server that died before it had made the folder its run begins again; any other goes on, and the changes stand in its config.
        bool begins = ConfigPath is not null && !File.Exists(Run.ConfigPath);
        List<string> arguments = begins ? ["node", "server", ConfigPath!, "--run-dir", Run.FullPath] : ["node", "server", "--resume", Run.FullPath];
        foreach (string change in (begins || ConfigPath is null ? Overrides : []).Append(WorkersKey))
        {
            arguments.AddRange(["--set", change]);
        }

        arguments.AddRange(["--listen", $"{address}", "--token-file", Run.TokenPath, "--supervised"]);
        if (Health is not null)
        {
            arguments.AddRange(["--healthz", Health]);
        }

        if (Data is not null)
        {
            arguments.AddRange(["--data", $"{Data}"]);
        }

        arguments.AddRange(EngineArguments(Run.EngineLogPath));

        return NodeStart.Self(arguments);
    }

    /// <inheritdoc/>
    public NodeStart Worker(string name, NodeAddress address)
    {
        // A supervised worker ends when its supervisor does, however long its server is away.
        string patience = NodeWorkerSettings.LongestGiveUp.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        List<string> arguments =
        [
            "node", "worker", "--connect", $"{address}", "--token-file", Run.TokenPath, "--name", name, "--log", Run.WorkerLogPath(name),
            "--give-up-after", patience, "--supervised",
            .. EngineArguments(Run.EngineLogPathOf(name)),
        ];

        // Where cores are left over the system spreads the workers well by itself. Neighbours share a core, because shards are dealt in runs:
        // so each core gets as many of them as any other, also where some workers only stand by.
        if (Workers >= Environment.ProcessorCount)
        {
            int index = Enumerable.Range(0, Workers).First(w => ActorId.Worker(w).Name == name);
            int core = (int)((long)index * Environment.ProcessorCount / Workers);
            arguments.AddRange(["--core", core.ToString(CultureInfo.InvariantCulture)]);
        }

        return NodeStart.Self(arguments);
    }

    private IEnumerable<string> EngineArguments(string log) =>
        Engine == NodeEngine.EngineName ? ["--engine", Engine] : ["--engine", Engine, "--engine-log", log];

    private string WorkersKey => string.Create(CultureInfo.InvariantCulture, $"cluster.workers={Workers}");
}
