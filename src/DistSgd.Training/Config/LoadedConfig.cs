namespace DistSgd.Training.Config;

/// <summary>A config that was read and found valid.</summary>
/// <param name="Config">The config with every default filled in.</param>
/// <param name="Warnings">Values that are allowed but probably not meant, a line each, with their place.</param>
public sealed record LoadedConfig(RunConfig Config, IReadOnlyList<string> Warnings);
