using System.Globalization;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Learning;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary>What <c>cluster up</c> was asked for.</summary>
internal sealed record ClusterRequest
{
    /// <summary>Config file of a new run; null to resume one.</summary>
    public required string? ConfigPath { get; init; }

    /// <summary>The run to resume; null for a new one.</summary>
    public required string? Resumed { get; init; }

    /// <summary>Directory of a new run; null for one of its own.</summary>
    public required string? RunDirectory { get; init; }

    public required IReadOnlyList<string> Overrides { get; init; }

    /// <summary>Number of workers; null for that of the config.</summary>
    public required int? Workers { get; init; }

    /// <summary>What carries the cluster.</summary>
    public required string Engine { get; init; }

    /// <summary>Where the server listens; null for a socket of its own.</summary>
    public required string? Listen { get; init; }

    /// <summary>Where the server answers <c>/healthz</c>; null for nowhere.</summary>
    public required string? Health { get; init; }

    public required bool Respawns { get; init; }

    public required bool Json { get; init; }

    /// <summary>Checks everything that can be checked without the data, and takes the run's directory.</summary>
    /// <returns>The config and the directory.</returns>
    /// <exception cref="InputException">Something is wrong; nothing was made.</exception>
    public (RunConfig Config, ClusterDirectory Directory) Prepare()
    {
        _ = Address();
        string[] changes = Workers is { } workers
            ? [.. Overrides, string.Create(CultureInfo.InvariantCulture, $"cluster.workers={workers}")]
            : [.. Overrides];
        if (Resumed is not null)
        {
            return Resume(changes);
        }

        RunConfig config = ConfigReader.Load(ConfigPath!, changes).Config;
        return (config, RunDirectory is null
            ? ClusterDirectory.Create(CommonOptions.RunsDirectory, config.Name, TimeProvider.System.GetUtcNow())
            : ClusterDirectory.CreateAt(RunDirectory));
    }

    /// <summary>Where the server listens; null for a socket of its own.</summary>
    public NodeAddress? Address() => Listen is null ? null : NodeAddress.Parse(Listen, "--listen");

    /// <summary>The command line that does the same in the foreground of another process.</summary>
    /// <param name="run">The run, which has been made.</param>
    /// <returns>The arguments.</returns>
    public IReadOnlyList<string> ToArguments(RunDirectory run)
    {
        var arguments = new List<string> { "cluster", "up" };
        arguments.AddRange(ConfigPath is null ? ["--resume", run.FullPath] : ["--run-dir", run.FullPath]);
        foreach (string change in Overrides)
        {
            arguments.AddRange(["--set", change]);
        }

        Add("--workers", Workers?.ToString(CultureInfo.InvariantCulture));
        Add("--engine", Engine);
        Add("--listen", Listen);
        Add("--healthz", Health);
        if (!Respawns)
        {
            arguments.Add("--no-respawn");
        }

        if (ConfigPath is not null)
        {
            arguments.AddRange(["--", ConfigPath]);
        }

        return arguments;

        void Add(string option, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([option, value]);
            }
        }
    }

    private (RunConfig Config, ClusterDirectory Directory) Resume(string[] changes)
    {
        var directory = ClusterDirectory.OpenForResume(CommonOptions.OpenRun(Resumed!).FullPath);
        try
        {
            RunConfig config = RunLauncher.LoadForResume(directory.Run, changes).Config;
            RunLauncher.RefuseFinished(directory.Run);
            return (config, directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }
}
