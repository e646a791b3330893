namespace DistSgd.Calibration;

/// <summary>A run of which is known what is wrong with it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Config">Its config, of those shipped.</param>
/// <param name="Settings">What differs from it, as <c>--set</c> takes it.</param>
internal sealed record CorpusRun(string Name, string Config, params string[] Settings)
{
    /// <summary>Rules that must speak; none for a healthy run.</summary>
    public string[] Expected { get; init; } = [];

    /// <summary>Rules that may speak: what is wrong shows in more than one way.</summary>
    public string[] Allowed { get; init; } = [];

    /// <summary>A fault to plant into what workers compute, WORKER:SHARD:FIRST-LAST:FACTOR; null for none.</summary>
    public string? Fault { get; init; }

    /// <summary>Worker processes of a cluster; 0 for a run in one process.</summary>
    public int Processes { get; init; }

    /// <summary>Milliseconds that a worker process is stopped, over and over, and milliseconds that it runs between; null for none.</summary>
    public (int Stopped, int Running)? Freeze { get; init; }
}
